import Foundation
import Netlab

/// The kit's real programs, as a test runs them.
public enum Programs {
    /// Where they are: what the environment's TSLAB_PROGRAMS says (scripts/test: the release build, since a debug build
    /// draws a hundred times slower), or beside the test bundle.
    public static let directory: String =
        ProcessInfo.processInfo.environment["TSLAB_PROGRAMS"]
        ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path

    public static func path(_ name: String) -> String { directory + "/" + name }

    /// What a program came to.
    public struct Outcome: Sendable {
        public let code: Int32
        public let output: String
        public let errors: String
    }

    /// Runs a program to its end, or for so many seconds at most.
    public static func run(_ name: String, _ arguments: [String], limit seconds: Int = 120) throws -> Outcome {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let (output, errors) = (directory.appendingPathComponent("output"), directory.appendingPathComponent("errors"))
        let words = (["timeout", "-k", "5", "\(seconds)", name.contains("/") ? name : path(name)] + arguments).map(quote)
        // The shell keeps the two streams apart in files, and says the code.
        let script = words.joined(separator: " ") + " >\(quote(output.path)) 2>\(quote(errors.path)); echo $?"
        let code = try Command.run("sh", ["-c", script])
        return Outcome(
            code: Int32(code.trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1,
            output: try String(contentsOf: output, encoding: .utf8), errors: try String(contentsOf: errors, encoding: .utf8))
    }

    /// A new directory of the test's own.
    public static func temporaryDirectory() throws -> URL {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("tslab-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        return directory
    }

    private static func quote(_ word: String) -> String { "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'" }
}
