import Describing
import Time

/// SPX's watchdog, where it is not to be as shipped: silence, then probes, then the connection is gone. There is no SPX
/// without one.
public struct SPXWatchdog: LivenessRule {
    /// Silence before the first probe, and the time between probes (KeepAliveTimeout).
    public var timeout: Duration
    /// Unanswered probes after which the connection is given up (KeepAliveCount).
    public var count: Int

    public init(timeout: Duration, count: Int) {
        self.timeout = timeout
        self.count = count
    }

    /// NWLink's for SPX: KeepAliveTimeout 12 half-seconds, KeepAliveCount 8 (Q99745).
    public static let windowsNT4 = SPXWatchdog(timeout: .seconds(6), count: 8)

    public static let name = "spx-watchdog"
    public static let summary = "IPX/SPX's own watchdog, which is active under every policy, with other values"
    public static let blindTo: String? = "a program that hangs on a live machine: its driver answers"
    public static let standard = windowsNT4
    public static let transports: [String]? = ["spx"]
    public static let parameters: [Parameter<SPXWatchdog>] = [
        .duration("timeout", "silence before a probe, and between probes", \.timeout, in: .milliseconds(100)...(.seconds(86_400))),
        .number("count", "probes without an answer that end it", \.count, in: 1...250),
    ]

    public var probing: Probing? { Probing(every: timeout, isData: false) }
}
