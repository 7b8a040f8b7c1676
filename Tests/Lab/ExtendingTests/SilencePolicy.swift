import Describing
import Liveness
import Slab
import Time

/// A client from whom nothing was heard for a while counts as gone. Nobody asks it.
struct SilencePolicy: LivenessRule {
    /// The while. Who is silent is looked for as often.
    var limit: Duration

    static let name = "silence"
    static let summary = "a client from whom nothing was heard for a while counts as gone, without being asked"
    static let blindTo: String? = "that a user who only reads is there"
    static let standard = SilencePolicy(limit: .seconds(600))
    static let parameters: [Parameter<SilencePolicy>] = [
        .duration("limit", "how long a client may be silent", \.limit, in: .seconds(1)...(.seconds(86_400)))
    ]

    func monitor<Token>(of: Token.Type) -> (any LivenessMonitor<Token>)? { SilenceMonitor<Token>(limit) }

    /// The client may have been silent before the fault for as long as it likes, and is looked at once in each `limit`.
    func detection(of situation: Situation, in policy: LivenessPolicy) -> Detection {
        situation.programAnswers ? .never : .within(.zero...(limit * 2))
    }
}

/// Watches any number of sessions with one queue and no timer of their own.
struct SilenceMonitor<Token>: LivenessMonitor {
    private let limit: Duration
    private var entries = Slab<(token: Token, lastHeard: MonotonicTime)>()
    private var looking: DeadlineQueue<LivenessWatch>

    init(_ limit: Duration) {
        self.limit = limit
        looking = DeadlineQueue(delay: limit)
    }

    var nextDeadline: MonotonicTime? { looking.next }

    mutating func start(_ token: Token, at now: MonotonicTime) -> LivenessWatch {
        let watch = entries.add((token, now))
        looking.add(watch, at: now)
        return watch
    }

    mutating func heard(_ watch: LivenessWatch, at now: MonotonicTime) { entries[watch]?.lastHeard = now }

    mutating func stop(_ watch: LivenessWatch) { entries.remove(watch) }

    mutating func next(at now: MonotonicTime) -> HeartbeatEffect<Token>? {
        while let watch = looking.popDue(at: now) {
            guard let entry = entries[watch] else { continue }
            guard now - entry.lastHeard < limit else {
                stop(watch)
                return .dead(entry.token)
            }
            looking.add(watch, at: now)
        }
        return nil
    }
}
