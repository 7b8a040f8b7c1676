import Addresses

/// How sock_diag names one TCP socket: `struct inet_diag_sockid` with its family (linux/inet_diag.h). It is kept as it came, since
/// asking for the same socket again takes the same bytes.
public struct DiagID: Hashable, Sendable {
    /// AF_INET or AF_INET6. A dual-stack server's IPv4 connections are AF_INET6 with mapped addresses.
    public var family: UInt8
    public var localPort: UInt16
    public var peerPort: UInt16
    /// Addresses as on the wire, in two halves, the first eight bytes first, in host byte order.
    public var localHigh: UInt64
    public var localLow: UInt64
    public var peerHigh: UInt64
    public var peerLow: UInt64
    public var interface: UInt32
    /// The kernel's number for this socket and for no other until the machine restarts (SO_COOKIE).
    public var cookie: UInt64

    /// AF_INET and AF_INET6 of Linux.
    public static let ipv4: UInt8 = 2
    public static let ipv6: UInt8 = 10

    public init(
        family: UInt8, localPort: UInt16, peerPort: UInt16, local: (UInt64, UInt64), peer: (UInt64, UInt64), interface: UInt32,
        cookie: UInt64
    ) {
        self.family = family
        self.localPort = localPort
        self.peerPort = peerPort
        (localHigh, localLow) = local
        (peerHigh, peerLow) = peer
        self.interface = interface
        self.cookie = cookie
    }

    public var local: SocketAddress { address(localHigh, localLow, localPort) }
    public var peer: SocketAddress { address(peerHigh, peerLow, peerPort) }

    private func address(_ high: UInt64, _ low: UInt64, _ port: UInt16) -> SocketAddress {
        if family == Self.ipv4 { return .ipv4(UInt32(truncatingIfNeeded: high >> 32), port: port) }
        // IPv4 connections of a dual-stack listener (RFC 4291, 2.5.5.2).
        if high == 0, low >> 32 == 0xFFFF { return .ipv4(UInt32(truncatingIfNeeded: low), port: port) }
        return .ipv6(high, low, port: port)
    }
}
