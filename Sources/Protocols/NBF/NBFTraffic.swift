import Wire

/// Frames and their bytes, 802.3 header and padding among them.
public struct TrafficCount: Hashable, Sendable {
    public var packets = 0
    public var bytes = 0

    public init() {}

    mutating func add(_ length: Int) {
        packets += 1
        bytes += length
    }

    public static func += (total: inout TrafficCount, more: TrafficCount) {
        total.packets += more.packets
        total.bytes += more.bytes
    }
}

/// The frames that ask and tell whether an end is alive.
public struct NBFTraffic: Hashable, Sendable {
    /// Supervisory commands with the poll bit.
    public var polls = TrafficCount()
    /// Supervisory responses with the final bit.
    public var finals = TrafficCount()
    /// NetBIOS SESSION ALIVE frames.
    public var sessionAlives = TrafficCount()

    public init() {}

    public var total: TrafficCount {
        var total = polls
        total += finals
        total += sessionAlives
        return total
    }
}

/// What a machine wants sent, and what it counted. One is shared by all the machines of a station.
public struct NBFOutput: Sendable {
    public var frames = FrameBatch()
    public internal(set) var sent = NBFTraffic()
    public internal(set) var received = NBFTraffic()
    /// The information field being put together; empty between calls.
    var scratch = ByteWriter()

    public init() {}
}
