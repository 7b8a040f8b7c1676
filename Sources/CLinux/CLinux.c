#define _GNU_SOURCE
#include "CLinux.h"
#include <sched.h>
#include <sys/socket.h>

int linux_accept(int descriptor, void *address, unsigned *length) {
    return accept4(descriptor, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int linux_enter_network_namespace(int descriptor) {
    return setns(descriptor, CLONE_NEWNET);
}
