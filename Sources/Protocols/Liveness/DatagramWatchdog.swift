/// The watchdog of a transport that has one of its own: silence, then probes, then the connection is gone.
public struct DatagramWatchdog: Hashable, Sendable {
    /// Silence before the first probe, and the time between probes.
    public var timeout: Duration
    /// Unanswered probes after which the connection is given up.
    public var count: Int

    public init(timeout: Duration, count: Int) {
        self.timeout = timeout
        self.count = count
    }

    /// NWLink's for SPX: KeepAliveTimeout 12 half-seconds, KeepAliveCount 8 (Q99745).
    public static let spxWindowsNT4 = DatagramWatchdog(timeout: .seconds(6), count: 8)
}
