/// How the kernel probes a TCP connection on which nothing is heard (RFC 9293, 3.8.4; tcp(7)).
public struct TCPKeepalive: Hashable, Sendable {
    /// Idle time before the first probe, whole seconds (TCP_KEEPIDLE).
    public var time: Duration
    /// Time between probes that are not answered, whole seconds (TCP_KEEPINTVL).
    public var interval: Duration
    /// Unanswered probes after which the connection is given up (TCP_KEEPCNT).
    public var count: Int

    public init(time: Duration, interval: Duration, count: Int) {
        self.time = time
        self.interval = interval
        self.count = count
    }

    /// Windows NT 4.0's, where an application asks for keepalives at all: KeepAliveTime 7,200,000 ms, KeepAliveInterval
    /// 1,000 ms (Q183786), TcpMaxDataRetransmissions 5 (Q170359), which also counts unanswered probes (Q183786).
    public static let windowsNT4 = TCPKeepalive(time: .seconds(7200), interval: .seconds(1), count: 5)
}
