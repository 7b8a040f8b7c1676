import Describing
import Time

/// Probes that never place a call: they go while the line is up for other reasons, for all sessions behind it at once.
public struct LineAware: LivenessRule {
    /// The least time between two rounds of probes. It must be longer than the line's idle time, or the probes
    /// themselves would keep the line up.
    public var interval: Duration
    /// How long an answer may take, a dial-up line's queue included.
    public var timeout: Duration
    /// How many probes in a row may go unanswered within a round. All of them must take no longer than the line's idle
    /// time: the transport repeats what a dead client does not acknowledge, and once the line has been hung up, that
    /// dials it.
    public var tries: Int
    /// The control socket that tells whether the line is up; empty where none was named.
    public var control: String

    public init(interval: Duration, timeout: Duration = .seconds(2), tries: Int = 3, line: String = "") {
        self.interval = interval
        self.timeout = timeout
        self.tries = tries
        control = line
    }

    public static let name = "line-aware"
    public static let summary = "heartbeats, but only while the line is up for other reasons"
    public static let blindTo: String? = "who is gone, until the line is up"
    public static let standard = LineAware(interval: .seconds(600))
    public static let parameters: [Parameter<LineAware>] = [
        .text("line", "the control socket of the line (see tslab line)", \.control, hint: "PATH"),
        .duration("interval", "least time between two rounds of requests", \.interval, in: .milliseconds(100)...(.seconds(86_400))),
        .duration("timeout", "how long an answer may take", \.timeout, in: .milliseconds(10)...(.seconds(600))),
        .number("tries", "requests without an answer, in a row, that end it", \.tries, in: 1...100),
    ]

    public var line: String? {
        get { control }
        set { control = newValue ?? "" }
    }

    public func monitor<Token>(of: Token.Type) -> (any LivenessMonitor<Token>)? { LineAwareMonitor<Token>(self) }

    public var probing: Probing? { Probing(every: interval, isData: true, dials: false) }

    public func every(_ interval: Duration) -> LineAware? {
        LineAware(interval: interval, timeout: timeout, tries: tries, line: control)
    }

    public func detection(of situation: Situation, in policy: LivenessPolicy) -> Detection {
        situation.programAnswers ? .never : .unclaimed("line-aware asks when others have the line dialled, which nobody foresees")
    }
}

extension LivenessPolicy {
    public static func lineAware(_ rule: LineAware) -> LivenessPolicy { LivenessPolicy(rule) }
}
