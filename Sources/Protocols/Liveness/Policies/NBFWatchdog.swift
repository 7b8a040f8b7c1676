import Describing
import Time

/// NetBEUI's watchdog, where it is not to be as shipped (resource kit, Services\Nbf).
public struct NBFWatchdog: LivenessRule {
    /// Silence before the poll (DefaultTiTimeout).
    public var inactivity: Duration
    /// How long each answer is waited for (DefaultT1Timeout).
    public var answer: Duration
    /// Answers that may fail to come before the link is down (LlcRetries).
    public var retries: Int
    /// NetBIOS SESSION ALIVE after this long without session data; nil for none.
    public var sessionAlive: Duration?

    public init(
        inactivity: Duration = .seconds(30), answer: Duration = .milliseconds(600), retries: Int = 8,
        sessionAlive: Duration? = nil
    ) {
        self.inactivity = inactivity
        self.answer = answer
        self.retries = retries
        self.sessionAlive = sessionAlive
    }

    public static let name = "nbf-watchdog"
    public static let summary = "NetBEUI's own watchdog, which is active under every policy, with other values"
    public static let blindTo: String? = "a program that hangs on a live machine: its driver answers"
    public static let standard = NBFWatchdog()
    public static let transports: [String]? = ["nbf"]
    public static let parameters: [Parameter<NBFWatchdog>] = [
        .duration("inactivity", "silence before the poll", \.inactivity, in: .milliseconds(100)...(.seconds(86_400))),
        .duration("answer", "how long each answer is waited for", \.answer, in: .milliseconds(10)...(.seconds(86_400))),
        .number("retries", "polls without an answer that end it", \.retries, in: 1...250),
        .duration("alive", "SESSION ALIVE after so long without data, 0s for none", \.alive, in: .zero...(.seconds(86_400))),
    ]

    private var alive: Duration {
        get { sessionAlive ?? .zero }
        set { sessionAlive = newValue == .zero ? nil : newValue }
    }

    public var probing: Probing? { Probing(every: inactivity, isData: false) }
}
