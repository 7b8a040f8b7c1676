import Line
import Time

/// How much of a line was used within a stretch of time.
public struct LineUse: Codable, Equatable, Sendable {
    /// Calls placed in it.
    public var calls = 0
    /// How long the line was up in it.
    public var upSeconds = 0.0
    /// What was to be paid in it, in the tariff's currency: of a call that began before, the units that began in it.
    public var charge = 0.0

    public init() {}

    public init(_ calls: some Sequence<LineCall>, tariff: Tariff?, window: Range<MonotonicTime>) {
        for call in calls {
            if window.contains(call.placed) { self.calls += 1 }
            guard let up = call.up else { continue }
            func upTime(by moment: MonotonicTime) -> Duration { max(.zero, min(moment, call.ended) - up) }
            upSeconds += (upTime(by: window.upperBound) - upTime(by: window.lowerBound)).inSeconds
            func charge(by moment: MonotonicTime) -> Double {
                moment > up ? tariff?.charge(forCallOf: upTime(by: moment)).amount ?? 0 : 0
            }
            self.charge += charge(by: window.upperBound) - charge(by: window.lowerBound)
        }
    }
}
