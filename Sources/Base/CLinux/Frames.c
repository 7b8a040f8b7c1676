#include "CLinux.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

int linux_open_frame_socket(const char *interface) {
    unsigned index = if_nametoindex(interface);
    if (index == 0) return -1;
    // Without a protocol it hears nothing until it is bound to its interface.
    int descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_802_2), .sll_ifindex = (int)index};
    struct packet_mreq membership = {.mr_ifindex = (int)index, .mr_type = PACKET_MR_PROMISC};
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0
        && setsockopt(descriptor, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &membership, sizeof membership) == 0)
        return descriptor;
    int code = errno;
    close(descriptor);
    errno = code;
    return -1;
}
