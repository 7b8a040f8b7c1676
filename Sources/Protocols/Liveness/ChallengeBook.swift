import Time

/// Asks clients that are about to lose something whether they are there: those of a user who logs on anew, or the
/// longest silent ones of a server that is full. Nothing is sent while nobody asks.
public struct ChallengeBook<Token: Hashable> {
    /// What came of one question.
    public struct Verdict: Equatable where Token: Equatable {
        public let id: Int
        /// Those that did not answer in time.
        public let dead: [Token]
    }

    private struct Challenge {
        let id: Int
        let asked: [Token]
        var silent: Set<Token>
    }

    private var open: [Int: Challenge] = [:]
    private var asking: [Token: [Int]] = [:]
    private var deadlines: DeadlineQueue<Int>
    private var decided: [Verdict] = []
    private var count = 0

    /// - Parameter timeout: how long an answer may take.
    public init(timeout: Duration) {
        deadlines = DeadlineQueue(delay: timeout)
    }

    public var nextDeadline: MonotonicTime? { deadlines.next }

    /// Asks all of `tokens`; the caller sends the probes.
    ///
    /// - Returns: the question's number, which its ``Verdict`` will carry.
    public mutating func ask(_ tokens: [Token], at now: MonotonicTime) -> Int {
        count += 1
        open[count] = Challenge(id: count, asked: tokens, silent: Set(tokens))
        for token in tokens { asking[token, default: []].append(count) }
        deadlines.add(count, at: now)
        if tokens.isEmpty { decide(count) }
        return count
    }

    /// Something was received from the client.
    public mutating func heard(_ token: Token) {
        guard !asking.isEmpty, let ids = asking.removeValue(forKey: token) else { return }
        for id in ids {
            open[id]?.silent.remove(token)
            if open[id]?.silent.isEmpty == true { decide(id) }
        }
    }

    /// A question that has been decided by `now`.
    public mutating func next(at now: MonotonicTime) -> Verdict? {
        while let id = deadlines.popDue(at: now) { decide(id) }
        return decided.popLast()
    }

    private mutating func decide(_ id: Int) {
        guard let challenge = open.removeValue(forKey: id) else { return }
        for token in challenge.silent {
            asking[token]?.removeAll { $0 == id }
            if asking[token]?.isEmpty == true { asking[token] = nil }
        }
        decided.insert(Verdict(id: id, dead: challenge.asked.filter(challenge.silent.contains)), at: 0)
    }
}
