import Time

/// Which fault strikes how many clients, and when.
public struct FaultPlan: Equatable, Sendable {
    public var fault: Fault
    /// How many of the clients it strikes, 0 to 1.
    public var share: Double
    /// When it strikes, counted from the moment every client is logged on or has failed.
    public var at: Duration
    /// Over how long the clients are struck, one after another; zero for all in the same instant.
    public var over: Duration
    /// How long a machine that reboots is dark, a frozen one frozen, a cut line cut.
    public var lasting: Duration

    public static let standardLasting = Duration.seconds(3)

    public init(
        _ fault: Fault, share: Double = 1, at: Duration = .seconds(5), over: Duration = .zero,
        lasting: Duration = FaultPlan.standardLasting
    ) {
        self.fault = fault
        self.share = share
        self.at = at
        self.over = over
        self.lasting = lasting
    }

    /// Chooses who is struck and when, from `candidates`, by a generator that a seed makes repeatable.
    ///
    /// - Returns: who, with the time since the plan's clock began, in the order of time.
    public func schedule<Client>(
        among candidates: [Client], using generator: inout some RandomNumberGenerator
    ) -> [(client: Client, at: Duration)] {
        let count = Int((Double(candidates.count) * share).rounded())
        let struck = candidates.shuffled(using: &generator).prefix(count)
        return struck.enumerated().map { index, client in
            (client, at + over * (Double(index) / Double(max(1, count))))
        }
    }
}
