import Time

/// One direction of a TCP connection as far as heartbeats feel it: messages of a segment each, in order, sent again
/// until they are acknowledged (RFC 6298, with Linux's least timeout of 200 ms), and given up after so many times.
struct ReliableFlow {
    /// Windows NT's TcpMaxDataRetransmissions, as in the laboratory.
    static let mostRetransmissions = 5
    private static let leastTimeout = Duration.milliseconds(200)

    private var unacknowledged: [(number: Int, message: UInt16, sentAt: MonotonicTime, isRepeated: Bool)] = []
    private var sent = 0
    private var smoothed: Double?
    private var variation = 0.0
    private var retransmissions = 0
    private(set) var deadline: MonotonicTime?
    /// The first number that has not come in order from the other side, and what came beyond it.
    private(set) var expected = 0
    private var early: [Int: UInt16] = [:]

    private var timeout: Duration {
        let plain = smoothed.map { Duration.seconds($0 + 4 * variation) } ?? .seconds(1)
        return max(Self.leastTimeout, plain) * (1 << retransmissions)
    }

    /// - Returns: the segment's number.
    mutating func send(_ message: UInt16, at now: MonotonicTime) -> Int {
        defer { sent += 1 }
        unacknowledged.append((sent, message, now, false))
        if deadline == nil { deadline = now + timeout }
        return sent
    }

    /// Everything before `number` has arrived.
    mutating func acknowledged(_ number: Int, at now: MonotonicTime) {
        guard let first = unacknowledged.first, first.number < number else { return }
        // Karn: what was repeated tells nothing of the round trip.
        if !first.isRepeated { measure((now - first.sentAt).inSeconds) }
        unacknowledged.removeAll { $0.number < number }
        retransmissions = 0
        deadline = unacknowledged.isEmpty ? nil : now + timeout
    }

    private mutating func measure(_ sample: Double) {
        guard let old = smoothed else { return (smoothed, variation) = (sample, sample / 2) }
        variation += (abs(old - sample) - variation) / 4
        smoothed = old + (sample - old) / 8
    }

    /// What to send again now; nil where that has been tried often enough.
    mutating func repeated(at now: MonotonicTime) -> (number: Int, message: UInt16)? {
        guard let first = unacknowledged.first, retransmissions < Self.mostRetransmissions else { return nil }
        unacknowledged[0].isRepeated = true
        retransmissions += 1
        deadline = now + timeout
        return (first.number, first.message)
    }

    /// A segment has come: the messages that are now there in order.
    mutating func received(_ number: Int, _ message: UInt16) -> [UInt16] {
        guard number >= expected else { return [] }
        early[number] = message
        var ready: [UInt16] = []
        while let next = early.removeValue(forKey: expected) {
            ready.append(next)
            expected += 1
        }
        return ready
    }
}
