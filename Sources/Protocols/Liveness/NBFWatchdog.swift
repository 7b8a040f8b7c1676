/// NetBEUI's watchdog, where it is not to be as shipped (resource kit, Services\Nbf).
public struct NBFWatchdog: Hashable, Sendable {
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
}
