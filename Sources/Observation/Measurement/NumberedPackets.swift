import Contracts

/// What one side has sent in packets that count one by one, and what of it the other side has not acknowledged.
struct NumberedPackets {
    /// Where the numbers begin again: 65,536 in SPX, 128 in LLC.
    let modulus: Int
    private var next: Int?
    private var unacknowledged: [(number: Int, kind: TrafficClass)] = []

    init(modulus: Int) { self.modulus = modulus }

    /// Whether a packet with that number was sent before.
    func isRepeated(_ number: Int) -> Bool { next.map { $0 != number } ?? false }

    /// What a packet that is sent again was for.
    func kind(of number: Int) -> TrafficClass {
        unacknowledged.first { $0.number == number }?.kind ?? .sessionData
    }

    mutating func append(_ number: Int, _ kind: TrafficClass) {
        next = (number + 1) % modulus
        unacknowledged.append((number, kind))
    }

    /// The other side has everything before `number`.
    ///
    /// - Returns: what that says for the first time to have arrived.
    mutating func acknowledge(before number: Int) -> [TrafficClass] {
        guard let first = unacknowledged.first?.number else { return [] }
        let count = (number - first + modulus) % modulus
        guard count <= unacknowledged.count else { return [] }
        defer { unacknowledged.removeFirst(count) }
        return unacknowledged.prefix(count).map(\.kind)
    }
}

extension TrafficClass {
    /// What an acknowledgement without data is for: what it acknowledges, or, where that is nothing new, what came last.
    static func ofAcknowledgement(_ news: [TrafficClass], repeating last: TrafficClass?) -> TrafficClass {
        let reasons = news.isEmpty ? [last ?? .sessionData] : news
        if reasons.contains(where: { !$0.isLiveness && $0 != .setupTeardown }) { return .sessionAck }
        return reasons.contains(where: \.isLiveness) ? .livenessAck : .setupTeardown
    }
}
