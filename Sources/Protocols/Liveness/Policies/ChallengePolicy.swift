import Describing
import Time

/// Nothing while idle. When a user logs on whose session is Active, or the server is full, the old client is probed at once,
/// and has this long to answer.
public struct ChallengePolicy: LivenessRule {
    public var timeout: Duration

    public init(timeout: Duration) { self.timeout = timeout }

    public static let name = "challenge"
    public static let summary =
        "nothing while idle; when a user logs on whose session is Active, or the server is full, the old client is asked at once"
    public static let blindTo: String? = "who is gone, before anybody comes back"
    public static let standard = ChallengePolicy(timeout: .seconds(3))
    public static let parameters: [Parameter<ChallengePolicy>] = [
        .duration("timeout", "how long its answer may take", \.timeout, in: .milliseconds(10)...(.seconds(60)))
    ]

    public var challengeTimeout: Duration? { timeout }

    public func detection(of situation: Situation, in policy: LivenessPolicy) -> Detection {
        situation.programAnswers ? .never : .onReturn
    }
}

extension LivenessPolicy {
    public static func challenge(timeout: Duration) -> LivenessPolicy { LivenessPolicy(ChallengePolicy(timeout: timeout)) }
}
