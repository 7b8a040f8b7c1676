/// The part of a policy that the transport carries out by itself.
public struct TransportLiveness: Hashable, Sendable {
    public var tcpKeepalive: TCPKeepalive?
    /// How long sent data may stay unacknowledged, or a zero window closed, before the connection is given up
    /// (TCP_USER_TIMEOUT, tcp(7); RFC 5482).
    public var tcpUserTimeout: Duration?
    /// SPX's watchdog, where it is not to be as shipped. There is no SPX without one.
    public var spxWatchdog: DatagramWatchdog?
    /// NetBEUI's, likewise.
    public var nbfWatchdog: NBFWatchdog?

    public init(
        tcpKeepalive: TCPKeepalive? = nil, tcpUserTimeout: Duration? = nil, spxWatchdog: DatagramWatchdog? = nil,
        nbfWatchdog: NBFWatchdog? = nil
    ) {
        self.nbfWatchdog = nbfWatchdog
        self.spxWatchdog = spxWatchdog
        self.tcpKeepalive = tcpKeepalive
        self.tcpUserTimeout = tcpUserTimeout
    }

    /// Nothing asked for: the transport never looks for the peer on its own.
    public static let none = TransportLiveness()
}
