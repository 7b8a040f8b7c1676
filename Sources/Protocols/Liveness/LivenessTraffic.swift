/// Packets that a transport sent and received only to learn whether a peer is there, as a wire sees them.
public struct LivenessTraffic: Hashable, Sendable {
    /// Packets and their bytes from the IP header on.
    public struct Count: Hashable, Sendable {
        public var packets: UInt64 = 0
        public var bytes: UInt64 = 0

        public init() {}

        public mutating func add(bytes: Int) {
            packets += 1
            self.bytes += UInt64(bytes)
        }

        public static func += (sum: inout Count, more: Count) {
            sum.packets += more.packets
            sum.bytes += more.bytes
        }
    }

    public var probesSent = Count()
    public var answersSent = Count()
    public var probesReceived = Count()
    public var answersReceived = Count()

    public init() {}

    /// All of it, both ways.
    public var total: Count {
        var total = Count()
        for part in [probesSent, answersSent, probesReceived, answersReceived] { total += part }
        return total
    }

    public static func += (sum: inout LivenessTraffic, more: LivenessTraffic) {
        sum.probesSent += more.probesSent
        sum.answersSent += more.answersSent
        sum.probesReceived += more.probesReceived
        sum.answersReceived += more.answersReceived
    }
}
