import Time

/// What of a storm went over one transport.
public struct StressPassage: Codable, Equatable, Sendable {
    /// Times that a client had a session Active.
    public var sessions = 0
    /// Of these, clients lost for good or for longer than the policy needs to know, and the longest that one went unknown.
    public var orphans = 0
    public var slowestDetectionSeconds = 0.0

    public init() {}

    /// - Parameter took: nil where it was not known of at all.
    mutating func add(orphan took: Duration?) {
        orphans += 1
        if let took { slowestDetectionSeconds = max(slowestDetectionSeconds, took.inSeconds) }
    }
}
