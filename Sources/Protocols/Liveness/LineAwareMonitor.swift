import Slab
import Time

/// Watches sessions behind a line that is dialled on demand.
///
/// A round begins when the line comes up, or an interval after the last round began while it stays up: every session
/// that nothing was heard of since the last round was over is probed, and again after each timeout without an answer.
/// When the line goes down in the middle of a round, nobody is judged by it.
public struct LineAwareMonitor<Token>: LivenessMonitor {
    private struct Entry {
        var token: Token
        var probes: UInt16 = 0
        var lastHeard: MonotonicTime
        /// Unanswered probes of this round.
        var misses = 0
    }

    public let policy: LineAware
    private var entries = Slab<Entry>()
    private var isUp = false
    /// Sessions still to be probed for the first time in this round.
    private var waiting: [LivenessWatch] = []
    private var awaiting: DeadlineQueue<LivenessWatch>
    private var roundBegan: MonotonicTime?
    private var nextRound: MonotonicTime?

    public init(_ policy: LineAware) {
        self.policy = policy
        awaiting = DeadlineQueue(delay: policy.timeout)
    }

    public var nextDeadline: MonotonicTime? {
        guard isUp else { return nil }
        guard waiting.isEmpty else { return roundBegan }
        return [awaiting.next, nextRound].compactMap { $0 }.min()
    }

    public mutating func start(_ token: Token, at now: MonotonicTime) -> LivenessWatch {
        entries.add(Entry(token: token, lastHeard: now))
    }

    public mutating func heard(_ watch: LivenessWatch, at now: MonotonicTime) {
        entries[watch]?.lastHeard = now
        entries[watch]?.misses = 0
    }

    public mutating func stop(_ watch: LivenessWatch) { entries.remove(watch) }

    public mutating func line(isUp: Bool, at now: MonotonicTime) {
        guard isUp != self.isUp else { return }
        self.isUp = isUp
        waiting = []
        awaiting = DeadlineQueue(delay: policy.timeout)
        nextRound = isUp ? max(now, roundBegan.map { $0 + policy.interval } ?? now) : nil
    }

    public mutating func next(at now: MonotonicTime) -> HeartbeatEffect<Token>? {
        guard isUp else { return nil }
        if let due = nextRound, due <= now { beginRound(at: now) }
        while let watch = awaiting.popDue(at: now) {
            guard let entry = entries[watch], let began = roundBegan, entry.lastHeard < began else { continue }
            if entry.misses >= policy.tries {
                stop(watch)
                return .dead(entry.token)
            }
            return probe(watch, at: now)
        }
        while let watch = waiting.popLast() {
            guard let entry = entries[watch], let began = roundBegan else { continue }
            // Heard of since the last round was over, by more than its answers: no need to ask.
            if began - entry.lastHeard < policy.interval - policy.timeout * policy.tries, entry.probes > 0 { continue }
            entries[watch]?.misses = 0
            return probe(watch, at: now)
        }
        return nil
    }

    private mutating func beginRound(at now: MonotonicTime) {
        roundBegan = now
        nextRound = now + policy.interval
        waiting = entries.handles
        awaiting = DeadlineQueue(delay: policy.timeout)
    }

    private mutating func probe(_ watch: LivenessWatch, at now: MonotonicTime) -> HeartbeatEffect<Token>? {
        entries[watch]?.probes &+= 1
        entries[watch]?.misses += 1
        awaiting.add(watch, at: now)
        return entries[watch].map { .probe($0.token, sequence: $0.probes) }
    }
}
