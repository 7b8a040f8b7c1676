/// How much of a line was used within a stretch of time.
public struct LineUse: Codable, Equatable, Sendable {
    /// Calls placed in it.
    public var calls = 0
    /// How long the line was up in it.
    public var upSeconds = 0.0
    /// What was to be paid in it, in the tariff's currency: of a call that began before, the units that began in it.
    public var charge = 0.0

    public init() {}
}
