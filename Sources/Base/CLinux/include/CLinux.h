/// Interfaces of the kernel and of glibc that Swift's Glibc module does not carry: socket filters, sock_diag, namespaces.
#pragma once
#include <features.h>
#include <linux/filter.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <linux/sock_diag.h>

/// accept4(2), non-blocking and closed on exec: glibc declares it only under _GNU_SOURCE, which the module map of Swift's
/// Glibc does not set.
int linux_accept(int descriptor, void *address, unsigned *length);

/// malloc_trim(3), leaving nothing at the top.
void linux_trim_heap(void);

/// memfd_create(2), closed on exec. The name is for who looks into /proc/PID/fd.
int linux_open_memory_file(const char *name);

/// setns(2) with CLONE_NEWNET, for the calling thread.
int linux_enter_network_namespace(int descriptor);

/// Mounts a fresh tmpfs on a directory, mode 0755 (mount(2)).
int linux_mount_tmpfs(const char *path);

/// Opens the TUN device of that name in the current network namespace, non-blocking and closed on exec, made where there is
/// none (the kernel's Documentation/networking/tuntap.rst): whole IP packets, with nothing before them. `stays` leaves the
/// interface there when it is closed. Returns -1 with errno.
int linux_open_tun(const char *name, int stays);

/// A netlink socket that hears of TCP sockets' ends in the current network namespace (sock_diag(7), multicast groups
/// SKNLGRP_INET_TCP_DESTROY and SKNLGRP_INET6_TCP_DESTROY), non-blocking and closed on exec: of those whose remote port,
/// halved, modulo `shares`, a power of two, is `share`. Returns -1 with errno. `forced` says whether it has the whole receive
/// buffer asked for or only what net.core.rmem_max allows.
int linux_open_tcp_destroy_socket(int receive_buffer_bytes, unsigned share, unsigned shares, int *forced);

/// A packet socket for the 802.2 frames on an interface, those for other stations included, non-blocking and closed on exec
/// (packet(7): ETH_P_802_2, PACKET_MR_PROMISC). It does not hear what is sent on the interface from here. Returns -1 with errno.
int linux_open_frame_socket(const char *interface);

/// Sends one datagram, from the IPv4 address `source` (network byte order) where that is not 0 and whatever address the
/// socket is bound to otherwise (ip(7), IP_PKTINFO).
long linux_send_datagram(
    int descriptor, const void *bytes, unsigned long length, const void *peer, unsigned peer_length, unsigned source);

/// Receives one datagram. `destination` is the IPv4 address it was sent to, network byte order, 0 where the socket does not
/// tell (ip(7), IP_PKTINFO).
long linux_receive_datagram(
    int descriptor, void *bytes, unsigned long length, void *peer, unsigned *peer_length, unsigned *destination);

/// Starts a program (execve(2)) in a process group of its own, with these three standard descriptors. SIGINT, SIGTERM, SIGHUP
/// and SIGPIPE do what they do by default; no signal is blocked, or, where `holds_signals`, those that ask a program to end
/// (SIGINT, SIGTERM, SIGHUP), so that they wait until the program is ready for them. Where `dies_with_parent`, the kernel sends
/// it SIGKILL when the calling thread ends (prctl(2), PR_SET_PDEATHSIG). Returns its process id, or -1 with errno.
int linux_spawn(
    const char *path, char *const arguments[], char *const environment[], const int descriptors[3], int dies_with_parent,
    int holds_signals);

/// Waits for a child's end and gives what waitpid(2) says of it. Meanwhile the first SIGINT, SIGTERM or SIGHUP goes on to the
/// child's process group, and a second one of any of them kills the child. `signals` is how many came.
int linux_wait_passing_signals_on(int child, int *signals);

/// uname(2): the machine's name and its kernel's release, each of at most `length` bytes with its NUL.
void linux_host(char *name, char *release, unsigned long length);

/// pidfd_open(2): a descriptor for a process, closed on exec. Returns -1 with errno.
int linux_open_process(int pid);

/// pidfd_getfd(2): a duplicate of a descriptor of another process, closed on exec. Returns -1 with errno.
int linux_borrow_descriptor(int process, int descriptor);

/// Blocks SIGINT and SIGTERM for this process and gives a descriptor that becomes readable when one of them comes
/// (signalfd(2)), non-blocking and closed on exec. Returns -1 with errno.
int linux_open_end_signals(void);

/// The next of these signals, or 0 where none has come.
int linux_next_signal(int descriptor);

/// Whether an interface is up and has a carrier (netdevice(7), IFF_RUNNING), as seen by a socket of its namespace: 1 or 0, or
/// -1 with errno where there is no such interface.
int linux_interface_is_running(int socket, const char *interface);

/// A raw socket that writes IP headers itself (raw(7), IP_HDRINCL) or, for IPv6, lets the kernel write them, and hears every
/// TCP segment that comes in; non-blocking and closed on exec. Returns -1 with errno.
int linux_open_raw_tcp(int family);

/// POSIX_SPAWN_SETSID of glibc, which declares it only under _GNU_SOURCE: the child begins a session of its own.
#define LINUX_SPAWN_NEW_SESSION 0x80
