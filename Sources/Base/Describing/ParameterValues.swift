import Time

/// What values a parameter takes: its type and its limits.
public enum ParameterValues: Equatable, Sendable {
    case duration(ClosedRange<Duration>)
    /// A duration that the kernel counts in whole seconds.
    case wholeSeconds(ClosedRange<Duration>)
    case number(ClosedRange<Int>)
    /// A part of the whole, 0 to 1: `50%` or `0.5`.
    case part
    /// Any text; `hint` says what it stands for, such as `PATH`.
    case text(hint: String)

    /// For an error: `a duration from 1s to 1h, like 30s`.
    var wanted: String {
        switch self {
        case .duration(let range): "a duration \(Self.limits(range)), like 30s"
        case .wholeSeconds(let range): "a duration \(Self.limits(range)) in whole seconds, like 30s"
        case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .part: "a part like 50% or 0.5"
        case .text(let hint): hint
        }
    }

    /// For a help text: `1s to 1h`; nil where there are no limits.
    public var limits: String? {
        switch self {
        case .duration(let range): Self.format(range)
        case .wholeSeconds(let range): Self.format(range) + ", whole seconds"
        case .number(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .part: "0% to 100%"
        case .text: nil
        }
    }

    private static func limits(_ range: ClosedRange<Duration>) -> String { "from " + format(range) }

    private static func format(_ range: ClosedRange<Duration>) -> String {
        "\(DurationText.format(range.lowerBound)) to \(DurationText.format(range.upperBound))"
    }

    /// The JSON Schema of a value as the command line takes it.
    var schema: [String: any Sendable] {
        switch self {
        case .duration, .wholeSeconds: ["type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h|d)$"]
        case .number(let range): ["type": "integer", "minimum": range.lowerBound, "maximum": range.upperBound]
        case .part: ["type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?%?$"]
        case .text: ["type": "string"]
        }
    }
}
