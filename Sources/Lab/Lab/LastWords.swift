import Foundation
import Netlab
import Wire

/// What a program of a run said last, for an error that quotes it.
enum LastWords {
    /// Bytes looked at, and shown.
    private static let tail = 4_096
    private static let shown = 200

    /// The last line of a file that is not empty, with whatever would drive a terminal escaped; nil where there is none.
    static func lastLine(of path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        let size = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: size > UInt64(tail) ? size - UInt64(tail) : 0)
        let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
        return line.map { PrintableText.escaped($0, limit: shown) }
    }

    /// Says that a program ended which was to run on.
    static func ended(_ name: String, _ process: LineProcess, log: String) -> String {
        let code = process.exitCode.map { $0 > 128 ? "by signal \($0 - 128)" : "with exit code \($0)" } ?? ""
        let said = lastLine(of: log).map { "; it said last: \($0)" } ?? ", and said nothing"
        return "\(name) ended \(code) before its time\(said) (\(log))"
    }
}
