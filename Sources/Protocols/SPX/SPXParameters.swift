import Time

/// How an SPX driver behaves. The names are those of NWLink's registry values where there are such (Q99745).
public struct SPXParameters: Hashable, Sendable {
    /// Requests to connect before it is given up.
    public var connectionCount = 10
    /// Between two requests to connect: 2 half-seconds.
    public var connectionTimeout = Duration.seconds(1)
    /// Unanswered probes before the connection is given up.
    public var keepAliveCount = 8
    /// Silence before the first probe, and between two probes: 12 half-seconds. Q99745 has no other interval for the
    /// probes, so that a peer that falls silent is found after `(keepAliveCount + 1) * keepAliveTimeout`, 54 s, or up to
    /// half a second less.
    public var keepAliveTimeout = Duration.seconds(6)
    /// Packets that may be under way in one direction, and that are kept for a program that does not read.
    public var windowSize = 4
    /// Data in one packet.
    public var largestData = SPXPacket.largestData
    /// How long an acknowledgement may take before packets are sent again, where no measured round trip asks for more.
    /// InitialRetransmissionTime of NwLnkSPX, 500 ms by default (Q166475). Each further retransmission waits twice as long
    /// as the last, up to ``longestRetransmissionTime``, which is ours.
    public var initialRetransmissionTime = Duration.milliseconds(500)
    public var longestRetransmissionTime = Duration.seconds(6)
    /// Times that packets are sent again before the connection is given up. Ours: Q99745 gives RetransmitMax 8 for NetBIOS over
    /// IPX, and none for SPX.
    public var retransmissionCount = 8
    /// How long an orderly end may take, what is still to be sent included, before the connection is dropped. Ours.
    public var closeLimit = Duration.seconds(5)
    /// How long a connection that the peer has ended is remembered, to answer it again if the answer was lost. Ours.
    public var lingerTime = Duration.seconds(8)

    public init() {}

    /// As Windows NT 4.0 was shipped.
    public static let windowsNT4 = SPXParameters()

    /// The longest that a peer's death can stay unnoticed.
    public var watchdogBound: Duration { keepAliveTimeout * (keepAliveCount + 1) }
}

/// Parameters made ready for use, shared by all connections of a driver.
public final class SPXSettings: Sendable {
    public let parameters: SPXParameters
    let connectionTimeout: Int64
    let keepAliveTimeout: Int64
    let watchdogTick: Int64
    let initialRetransmissionTime: Int64
    let longestRetransmissionTime: Int64
    let closeLimit: Int64
    let lingerTime: Int64
    let window: UInt16

    /// Values that make no sense are brought to the nearest that do.
    public init(_ parameters: SPXParameters = .windowsNT4) {
        var parameters = parameters
        parameters.windowSize = min(max(1, parameters.windowSize), 64)
        parameters.largestData = min(max(1, parameters.largestData), 1400)
        parameters.connectionCount = min(max(1, parameters.connectionCount), 250)
        parameters.keepAliveCount = min(max(0, parameters.keepAliveCount), 250)
        parameters.retransmissionCount = min(max(0, parameters.retransmissionCount), 250)
        self.parameters = parameters
        connectionTimeout = Self.timer(parameters.connectionTimeout)
        keepAliveTimeout = Self.timer(parameters.keepAliveTimeout)
        watchdogTick = max(1, keepAliveTimeout / 12)
        initialRetransmissionTime = Self.timer(parameters.initialRetransmissionTime)
        longestRetransmissionTime = max(initialRetransmissionTime, Self.timer(parameters.longestRetransmissionTime))
        closeLimit = Self.timer(parameters.closeLimit)
        lingerTime = Self.timer(parameters.lingerTime)
        window = UInt16(parameters.windowSize)
    }

    /// A millisecond to a day: no deadline is reached by itself again and again, and none overflows.
    private static func timer(_ duration: Duration) -> Int64 {
        min(max(1_000_000, duration.nanoseconds), 86_400_000_000_000)
    }
}

extension MonotonicTime {
    func after(_ nanoseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: self.nanoseconds &+ nanoseconds) }
}
