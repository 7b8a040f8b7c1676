import Foundation
import Line
import Time

/// A line of NDJSON that a line's control socket says: on each change, first of all how it is now, and as an answer.
///
///     {"state":"up","t":81234567890}
///     {"summary":{"calls":3,...}}
///     {"error":"unknown command 'pull': use cut, heal, summary"}
public struct LineNotice: Codable, Equatable, Sendable {
    public var state: LineState?
    /// CLOCK_MONOTONIC in nanoseconds: since when it is so.
    public var t: MonotonicTime?
    public var summary: LineSummary?
    public var error: String?

    public init(state: LineState? = nil, t: MonotonicTime? = nil, summary: LineSummary? = nil, error: String? = nil) {
        self.state = state
        self.t = t
        self.summary = summary
        self.error = error
    }
}

/// What it is told: `{"command":"cut"}`.
public struct LineCommand: Codable, Equatable, Sendable {
    public var command: Name

    public enum Name: String, Codable, CaseIterable, Sendable {
        case cut
        case heal
        /// Answered by a ``LineNotice`` with a summary up to now.
        case summary
    }

    public init(_ command: Name) { self.command = command }
}

/// JSON as a line has it.
enum JSONLine {
    static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Only a number that JSON does not have could fail, and there is none.
        return [UInt8]((try? encoder.encode(value)) ?? Data("{}".utf8)) + [UInt8(ascii: "\n")]
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ line: [UInt8]) -> Value? {
        try? JSONDecoder().decode(type, from: Data(line))
    }
}
