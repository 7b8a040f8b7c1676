/// Kernel interfaces that the Glibc module map does not carry: socket filters, sock_diag, namespaces.
#pragma once
#include <linux/filter.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <linux/sock_diag.h>

/// accept4(2), non-blocking and closed on exec: glibc declares it only under _GNU_SOURCE, which the module map of Swift's
/// Glibc does not set.
int linux_accept(int descriptor, void *address, unsigned *length);

/// setns(2) with CLONE_NEWNET, for the calling thread.
int linux_enter_network_namespace(int descriptor);
