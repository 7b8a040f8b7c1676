/// The head of an HTTP answer, put together as it arrives: of all that it says only the status counts here.
package struct HTTPHead {
    /// Most bytes of status line and headers read, so that a peer that never ends them is left.
    package static let longest = 16 * 1024

    package enum Progress: Equatable {
        /// The empty line that ends the head has not come.
        case unfinished
        /// It is no HTTP, or too long.
        case bad
        /// The status, and what came of the body with the head.
        case status(Int, rest: [UInt8])
    }

    private static let end: [UInt8] = [13, 10, 13, 10]
    private var bytes: [UInt8] = []

    package init() {}

    package mutating func add(_ received: [UInt8]) -> Progress {
        // The end may lie across the border of two pieces.
        let searchStart = max(0, bytes.count - Self.end.count + 1)
        bytes += received
        guard let end = bodyStart(from: searchStart) else { return bytes.count > Self.longest ? .bad : .unfinished }
        guard end <= Self.longest + Self.end.count else { return .bad }
        let line = bytes.prefix { $0 != 13 }.prefix(64)
        let words = String(decoding: line, as: UTF8.self).split(separator: " ", maxSplits: 2)
        // A status is three digits (RFC 9112, 4).
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let code = Int(words[1].prefix(3)), 100...999 ~= code else {
            return .bad
        }
        defer { bytes = [] }
        return .status(code, rest: Array(bytes[end...]))
    }

    private func bodyStart(from start: Int) -> Int? {
        guard bytes.count >= start + Self.end.count else { return nil }
        return (start + Self.end.count...bytes.count).first { bytes[($0 - Self.end.count)..<$0].elementsEqual(Self.end) }
    }
}
