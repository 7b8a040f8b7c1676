/// What a line that is dialled on demand cost while its sessions idled: from the moment when all clients were there to the
/// moment when the first user came back.
public struct LineCost: Codable, Equatable, Sendable {
    /// The line, in its text; nil where there was none.
    public var line: String?
    /// Calls placed, and for how long the line was up.
    public var calls = 0
    public var upSeconds = 0.0
    /// In the tariff's currency.
    public var charge = 0.0
    public var currency: String?
    /// Calls by the class of the packet that placed them; `unknown` for those whose cause was not captured.
    public var causes: [String: Int] = [:]
    /// Calls that were placed only to learn whether somebody is alive, and what was to be paid for them, with all that went
    /// over them once they were up.
    public var livenessCalls = 0
    public var livenessCharge = 0.0
    /// What the line would have done without the liveness packets, by a replay of the packets through the line's rules; and what it
    /// would have done with all of them. That should be what it did, but for this: a packet from the clients that places a call
    /// is captured only once the line is up, and so replayed that much later.
    public var withoutLiveness = LineUse()
    public var replayed = LineUse()
    /// How long that was.
    public var seconds = 0.0
    /// What 30 days of the same would cost, and the part of it for calls placed to ask: extrapolated in proportion to the time.
    public var chargePer30Days = 0.0
    public var livenessChargePer30Days = 0.0

    /// The ranges in which these lie with 95 % of confidence, if calls come at random and each costs what they cost in the mean;
    /// nil where no call was placed.
    public var chargePer30DaysRange: ChargeRange?
    public var livenessChargePer30DaysRange: ChargeRange?

    /// How long the line was up only to ask.
    public var livenessUpSeconds: Double { replayed.upSeconds - withoutLiveness.upSeconds }

    public init() {}
}

/// From the least to the most that something may cost, in the tariff's currency.
public struct ChargeRange: Codable, Equatable, Sendable {
    public var low: Double
    public var high: Double

    public init(low: Double, high: Double) {
        self.low = low
        self.high = high
    }
}
