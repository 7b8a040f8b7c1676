import Describing
import Foundation
import Time

/// A failure detector that learns how regular a client's answers are and asks how unlikely its present silence is
/// (Hayashibara, Defago, Yared, Katayama: The phi accrual failure detector, SRDS 2004).
///
/// Phi is minus the decimal logarithm of the probability that an answer still comes after so long a silence, where the
/// times between answers are taken for normally distributed. With a threshold of 8 a client that is well is taken for
/// dead once in a hundred million silences, however slow or uneven its line is.
public struct PhiAccrual: LivenessRule {
    /// Between probes.
    public var interval: Duration
    /// The phi at which a client is taken for dead.
    public var threshold: Double
    /// How many of the last times between answers count.
    public var window: Int

    public static let standardThreshold = 8.0
    public static let standardWindow = 32

    /// The least standard deviation reckoned with: on a quiet line measured deviations are near nothing, and the first
    /// hiccup of a scheduler would be a death.
    public static let leastDeviation = Duration.milliseconds(200)

    public init(interval: Duration, threshold: Double = standardThreshold, window: Int = standardWindow) {
        self.interval = interval
        self.threshold = threshold
        self.window = window
    }

    /// How many standard deviations beyond the mean the threshold lies: phi depends on nothing else.
    var deviations: Double {
        let probability = pow(10, -threshold)
        var (low, high) = (0.0, 40.0)
        while high - low > 1e-9 {
            let middle = (low + high) / 2
            if erfc(middle / 2.squareRoot()) / 2 > probability { low = middle } else { high = middle }
        }
        return high
    }

    /// How long a client may be silent of whom nothing is known yet: one whose answers come once an interval, give or
    /// take a quarter. On a quiet line timeout becomes shorter than this, on a bad one longer.
    public var initialTimeout: Duration {
        let interval = interval.inSeconds
        return timeout(mean: interval, variance: interval * interval / 16, deviations: deviations)
    }

    /// How long a client may be silent, on times between answers that have this mean and variance, in seconds.
    func timeout(mean: Double, variance: Double, deviations: Double) -> Duration {
        .seconds(mean + deviations * max(variance.squareRoot(), Self.leastDeviation.inSeconds))
    }

    public static let name = "adaptive"
    public static let summary = "heartbeats with a timeout learnt from the answers (phi accrual)"
    public static let standard = PhiAccrual(interval: .seconds(30))
    public static let parameters: [Parameter<PhiAccrual>] = [
        .duration("interval", "between requests", \.interval, in: .milliseconds(10)...(.seconds(86_400))),
        .number("threshold", "the phi at which a client counts as dead: once in 10^phi silences wrongly", \.wholeThreshold, in: 1...100),
        .number("window", "how many of the last answers count", \.window, in: 4...1000),
    ]

    private var wholeThreshold: Int {
        get { Int(threshold) }
        set { threshold = Double(newValue) }
    }

    public func monitor<Token>(of: Token.Type) -> (any LivenessMonitor<Token>)? { AdaptiveMonitor<Token>(self) }

    public var probing: Probing? { Probing(every: interval, isData: true) }

    public func every(_ interval: Duration) -> PhiAccrual? {
        PhiAccrual(interval: interval, threshold: threshold, window: window)
    }

    /// Answers come once an interval and never deviate: the timeout is the mean and so many of the least deviation.
    public func closedForm(in policy: LivenessPolicy) -> ClosedForm? {
        ClosedForm(period: interval, verdict: leastSlack, packetsPerProbe: 3)
    }

    private var leastSlack: Duration { .seconds(deviations * Self.leastDeviation.inSeconds) }

    public func detection(of situation: Situation, in policy: LivenessPolicy) -> Detection {
        guard !situation.programAnswers else { return .never }
        guard !situation.isBusy else { return .unclaimed("answers waited behind output, and adaptive has learnt from that") }
        return .within(leastSlack...max(leastSlack, initialTimeout))
    }
}
