/// A point on CLOCK_MONOTONIC, which every process of one machine shares: what tsload writes down as the truth and what
/// tsserver publishes as its belief can be subtracted from each other.
///
/// The pure modules take it as an argument and never read a clock; under test it starts at zero and goes where it is told.
public struct MonotonicTime: InstantProtocol, Hashable, Sendable {
    /// Nanoseconds since an arbitrary point that is the same for all processes until the machine restarts.
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static let zero = MonotonicTime(nanoseconds: 0)

    /// A time that would lie beyond the 292 years that fit is held there.
    public func advanced(by duration: Duration) -> MonotonicTime {
        let (sum, overflows) = nanoseconds.addingReportingOverflow(duration.nanoseconds)
        return MonotonicTime(nanoseconds: overflows ? (nanoseconds < 0 ? .min : .max) : sum)
    }

    public func duration(to other: MonotonicTime) -> Duration {
        .nanoseconds(other.nanoseconds - nanoseconds)
    }

    /// The first time from this one on that is a multiple of `grain`, so that what need not be exact falls together.
    public func roundedUp(to grain: Duration) -> MonotonicTime {
        let over = nanoseconds % grain.nanoseconds
        return over == 0 ? self : MonotonicTime(nanoseconds: nanoseconds + grain.nanoseconds - over)
    }

    public static func < (a: MonotonicTime, b: MonotonicTime) -> Bool { a.nanoseconds < b.nanoseconds }

    public static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime { time.advanced(by: duration) }

    public static func - (later: MonotonicTime, earlier: MonotonicTime) -> Duration { earlier.duration(to: later) }
}

extension MonotonicTime: Codable {
    public init(from decoder: any Decoder) throws {
        nanoseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(nanoseconds)
    }
}
