/// A Swift source, taken apart: what is code, and what is comment.
struct SwiftText {
    /// Comments and the contents of strings are blanks here; what strings interpolate is code. Lines stay where they were.
    let code: [Substring]
    /// Consecutive lines of comment, joined to one text each, without their marks.
    let comments: [String]
    /// Every word of the code, and how often it occurs.
    let words: [Substring: Int]
    /// Names that are declared here, and how often. Cases of enumerations are not among them.
    let declared: [Substring: Int]

    private static let declaring: Set<Substring> = [
        "func", "var", "let", "struct", "class", "enum", "protocol", "typealias", "actor",
    ]

    init(_ text: String) {
        var masker = Masker(Array(text.utf8))
        masker.run()
        let code = String(decoding: masker.code, as: UTF8.self)
        self.code = code.split(separator: "\n", omittingEmptySubsequences: false)
        comments = Self.joined(masker.comments)
        var words: [Substring: Int] = [:]
        var declared: [Substring: Int] = [:]
        var last: Substring = ""
        for word in code.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") }) {
            words[word, default: 0] += 1
            if Self.declaring.contains(last), !Self.declaring.contains(word) { declared[word, default: 0] += 1 }
            last = word
        }
        (self.words, self.declared) = (words, declared)
    }

    private static func joined(_ comments: [(line: Int, text: String)]) -> [String] {
        var blocks: [String] = []
        var last = -1
        for (line, text) in comments {
            let text = text.drop { $0 == "/" || $0 == " " }
            if line == last + 1, !blocks.isEmpty { blocks[blocks.count - 1] += " " + text } else { blocks.append(String(text)) }
            last = line
        }
        return blocks
    }

    /// Reads Swift's strings and comments, one byte after the other.
    private struct Masker {
        enum State {
            /// In code; with so many parentheses open since the string that interpolates it.
            case code(parentheses: Int)
            case string(hashes: Int, isLong: Bool)
        }

        let bytes: [UInt8]
        var code: [UInt8] = []
        var comments: [(line: Int, text: String)] = []
        private var at = 0
        private var line = 0
        private var stack = [State.code(parentheses: 0)]

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
            code.reserveCapacity(bytes.count)
        }

        mutating func run() {
            while at < bytes.count {
                switch stack[stack.count - 1] {
                case .code(let parentheses): readCode(parentheses)
                case .string(let hashes, let isLong): readString(hashes, isLong)
                }
            }
        }

        private func byte(_ offset: Int) -> UInt8 { at + offset < bytes.count ? bytes[at + offset] : 0 }

        private mutating func emit(_ byte: UInt8) {
            if byte == UInt8(ascii: "\n") { line += 1 }
            code.append(byte)
        }

        /// Passes so many bytes, as blanks.
        private mutating func skip(_ count: Int) {
            for _ in 0..<count where at < bytes.count {
                emit(bytes[at] == UInt8(ascii: "\n") ? bytes[at] : UInt8(ascii: " "))
                at += 1
            }
        }

        private mutating func readCode(_ parentheses: Int) {
            let here = bytes[at]
            if here == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "/") {
                let end = bytes[at...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
                comments.append((line, String(decoding: bytes[at..<end], as: UTF8.self)))
                skip(end - at)
                return
            }
            var hashes = 0
            while byte(hashes) == UInt8(ascii: "#") { hashes += 1 }
            if byte(hashes) == UInt8(ascii: "\"") {
                let isLong = byte(hashes + 1) == UInt8(ascii: "\"") && byte(hashes + 2) == UInt8(ascii: "\"")
                skip(hashes + (isLong ? 3 : 1))
                stack.append(.string(hashes: hashes, isLong: isLong))
                return
            }
            if stack.count > 1 {
                if here == UInt8(ascii: "(") { stack[stack.count - 1] = .code(parentheses: parentheses + 1) }
                if here == UInt8(ascii: ")") {
                    if parentheses == 0 { stack.removeLast() } else { stack[stack.count - 1] = .code(parentheses: parentheses - 1) }
                }
            }
            emit(here)
            at += 1
        }

        private mutating func readString(_ hashes: Int, _ isLong: Bool) {
            let isMarked = { (self: Masker, offset: Int) in (0..<hashes).allSatisfy { self.byte(offset + $0) == UInt8(ascii: "#") } }
            switch bytes[at] {
            case UInt8(ascii: "\\") where isMarked(self, 1):
                if byte(1 + hashes) == UInt8(ascii: "(") { stack.append(.code(parentheses: 0)) }
                skip(2 + hashes)
            case UInt8(ascii: "\"") where isLong:
                let ends = byte(1) == UInt8(ascii: "\"") && byte(2) == UInt8(ascii: "\"") && isMarked(self, 3)
                skip(ends ? 3 + hashes : 1)
                if ends { stack.removeLast() }
            case UInt8(ascii: "\"") where isMarked(self, 1):
                skip(1 + hashes)
                stack.removeLast()
            case UInt8(ascii: "\n") where !isLong:
                skip(1)
                stack.removeLast()
            default: skip(1)
            }
        }
    }
}
