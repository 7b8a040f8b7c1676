import Describing
import Time

/// Probes answered by the client program.
///
/// A probe goes out every `interval`. One that is not answered within `timeout` is a miss, and `misses` of them in a row
/// are taken for death. Anything heard from the client meanwhile starts the count anew. So a client that falls silent is
/// found after more than `(misses - 1) * interval + timeout` and at most `misses * interval + timeout`.
public struct Heartbeat: LivenessRule {
    public var interval: Duration {
        didSet { timeout = min(timeout, interval) }
    }
    public var misses: Int
    /// How long an answer may take; at most the interval.
    public var timeout: Duration

    /// Long enough for a slow client on the same continent, short enough that a death is known within a second of
    /// `interval * misses`.
    public static let defaultTimeout = Duration.milliseconds(800)

    public init(interval: Duration, misses: Int, timeout: Duration = Heartbeat.defaultTimeout) {
        self.interval = interval
        self.misses = misses
        self.timeout = min(timeout, interval)
    }

    public static let name = "heartbeat"
    public static let summary =
        "the client program must answer an RDP round-trip request, or a dynamic-channel request that stock clients answer"
    public static let standard = Heartbeat(interval: .seconds(30), misses: 3)
    public static let parameters: [Parameter<Heartbeat>] = [
        .duration("interval", "between requests", \.interval, in: .milliseconds(10)...(.seconds(86_400))),
        .number("misses", "requests without an answer, in a row, that end it", \.misses, in: 1...1000),
        .duration("timeout", "how long an answer may take, at most the interval", \.timeout, in: { .milliseconds(1)...$0.interval }),
    ]

    public func monitor<Token>(of: Token.Type) -> (any LivenessMonitor<Token>)? { HeartbeatMonitor<Token>(self) }

    public var probing: Probing? { Probing(every: interval, isData: true) }

    public func every(_ interval: Duration) -> Heartbeat? { Heartbeat(interval: interval, misses: misses, timeout: timeout) }

    /// The `misses`-th question without an answer is decided on after its `timeout`. The answer comes before the client's
    /// delayed acknowledgement and carries it, and is acknowledged by itself (RFC 9293, 3.8.6.3).
    public func closedForm(in policy: LivenessPolicy) -> ClosedForm? {
        ClosedForm(period: interval, verdict: interval * (misses - 1) + timeout, packetsPerProbe: 3)
    }

    public func detection(of situation: Situation, in policy: LivenessPolicy) -> Detection {
        guard !situation.programAnswers else { return .never }
        let verdict = interval * (misses - 1) + timeout
        return .within(verdict...(interval + verdict))
    }
}

extension LivenessPolicy {
    public static func heartbeat(_ heartbeat: Heartbeat) -> LivenessPolicy { LivenessPolicy(heartbeat) }
}
