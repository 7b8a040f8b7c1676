#define _GNU_SOURCE
#include "CLinux.h"
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

long linux_send_datagram(
    int descriptor, const void *bytes, unsigned long length, const void *peer, unsigned peer_length, unsigned source) {
    union {
        char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
        struct cmsghdr align;
    } control;
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = length};
    struct msghdr message = {.msg_name = (void *)peer, .msg_namelen = peer_length, .msg_iov = &part, .msg_iovlen = 1};
    if (source != 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = IPPROTO_IP;
        header->cmsg_type = IP_PKTINFO;
        header->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
        struct in_pktinfo info = {.ipi_spec_dst.s_addr = source};
        memcpy(CMSG_DATA(header), &info, sizeof info);
    }
    return sendmsg(descriptor, &message, MSG_NOSIGNAL);
}

long linux_receive_datagram(
    int descriptor, void *bytes, unsigned long length, void *peer, unsigned *peer_length, unsigned *destination) {
    union {
        char bytes[CMSG_SPACE(sizeof(struct in_pktinfo)) + 64];
        struct cmsghdr align;
    } control;
    struct iovec part = {.iov_base = bytes, .iov_len = length};
    struct msghdr message = {
        .msg_name = peer, .msg_namelen = *peer_length, .msg_iov = &part, .msg_iovlen = 1,
        .msg_control = &control, .msg_controllen = sizeof control};
    long count = recvmsg(descriptor, &message, 0);
    if (count < 0) return count;
    *peer_length = message.msg_namelen;
    *destination = 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != IPPROTO_IP || header->cmsg_type != IP_PKTINFO) continue;
        struct in_pktinfo info;
        memcpy(&info, CMSG_DATA(header), sizeof info);
        *destination = info.ipi_addr.s_addr;
    }
    return count;
}
