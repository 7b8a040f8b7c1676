#define _GNU_SOURCE
#include "CLinux.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <malloc.h>
#include <stddef.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

int linux_accept(int descriptor, void *address, unsigned *length) {
    return accept4(descriptor, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

void linux_trim_heap(void) {
    malloc_trim(0);
}

int linux_open_memory_file(const char *name) {
    return memfd_create(name, MFD_CLOEXEC);
}

int linux_enter_network_namespace(int descriptor) {
    return setns(descriptor, CLONE_NEWNET);
}

int linux_mount_tmpfs(const char *path) {
    return mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755");
}

int linux_open_tun(const char *name, int stays) {
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    if (strlen(name) >= sizeof request.ifr_name) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(request.ifr_name, name);
    int descriptor = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return -1;
    if (ioctl(descriptor, TUNSETIFF, &request) == 0 && (!stays || ioctl(descriptor, TUNSETPERSIST, 1) == 0)) return descriptor;
    int code = errno;
    close(descriptor);
    errno = code;
    return -1;
}

int linux_open_tcp_destroy_socket(int receive_buffer_bytes, unsigned share, unsigned shares, int *forced) {
    int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (descriptor < 0) return -1;
    /* The forced size passes net.core.rmem_max and needs CAP_NET_ADMIN in the first user namespace. */
    *forced = setsockopt(
                  descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer_bytes, sizeof receive_buffer_bytes) == 0;
    if (!*forced) setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    /* A filter on netlink sees the message from its netlink header on, and loads in network byte order, as the port is. */
    struct sock_filter program[] = {
        BPF_STMT(
            BPF_LD | BPF_H | BPF_ABS,
            NLMSG_HDRLEN + offsetof(struct inet_diag_msg, id) + offsetof(struct inet_diag_sockid, idiag_dport)),
        /* Half the port: the kernel likes one parity for ports it picks in connect(2), the other for bind(2). */
        BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 1),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, shares - 1),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, share, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0xFFFFFFFF),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    struct sock_fprog filter = {.len = sizeof program / sizeof program[0], .filter = program};
    struct sockaddr_nl address = {.nl_family = AF_NETLINK};
    address.nl_groups = 1u << (SKNLGRP_INET_TCP_DESTROY - 1) | 1u << (SKNLGRP_INET6_TCP_DESTROY - 1);
    if ((shares == 1 || setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0) &&
        bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0)
        return descriptor;
    int code = errno;
    close(descriptor);
    errno = code;
    return -1;
}
