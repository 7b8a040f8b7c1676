/// What a run found out: `results.json`, by which other programs hold on to it.
public struct Results: Codable, Sendable {
    /// Rises when a key changes its meaning; new keys leave it.
    public static let schema = 1

    public var schema = Results.schema
    public var scenario: String
    public var seed: UInt64
    public var horizonSeconds: Double
    public var cells: [CellResult]
    /// Which run it was; nil in files of versions before 0.9.
    public var run: RunInformation?
    /// How the run ended, and why it ended so where it did not end as planned.
    public var ended: RunEnding?
    public var reason: String?
    /// What was to be measured and was lost, a sentence each.
    public var evidenceLost: [String]?
    /// When users came back, in seconds after the fault; nil where they did not.
    public var returnAfterSeconds: Double?
    /// For how long every struck client was looked at, where the run ended before the horizon: a detection time that is null
    /// is longer than this instead.
    public var observedSeconds: Double?
    /// What would have been claimed in a run that could have shown it.
    public var claimsNotTested: [UntestedClaim]?

    public init(scenario: String, seed: UInt64, horizonSeconds: Double, cells: [CellResult]) {
        self.scenario = scenario
        self.seed = seed
        self.horizonSeconds = horizonSeconds
        self.cells = cells
    }
}
