import Faults
import Sessions
import Time

/// A line of `events.ndjson`: what was so or what was believed, and in which cell. Lines are in the order in which the lab
/// heard of them, which is not quite that of ``t``.
public struct EventLine: Codable, Equatable, Sendable {
    /// CLOCK_MONOTONIC, in nanoseconds.
    public var t: MonotonicTime
    public var cell: String
    /// One of the two.
    public var truth: TruthEvent?
    public var belief: SessionEvent?

    public init(cell: String, truth: TruthEvent) { (t, self.cell, self.truth) = (truth.t, cell, truth) }
    public init(cell: String, belief: SessionEvent) { (t, self.cell, self.belief) = (belief.t, cell, belief) }
}
