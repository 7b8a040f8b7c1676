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
    }

    public var probesSent = Count()
    public var answersSent = Count()
    public var probesReceived = Count()
    public var answersReceived = Count()

    public init() {}

    /// All of it, both ways.
    public var total: Count {
        var total = Count()
        for part in [probesSent, answersSent, probesReceived, answersReceived] {
            total.packets += part.packets
            total.bytes += part.bytes
        }
        return total
    }
}
