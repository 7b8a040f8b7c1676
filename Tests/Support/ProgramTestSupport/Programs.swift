import Foundation

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

    /// Runs a program to its end.
    ///
    /// - Parameter limit: seconds after which it is an error that it still runs.
    public static func run(_ name: String, _ arguments: [String], limit seconds: Int = 120) throws -> Outcome {
        let program = try RunningProgram(name, arguments)
        let code = try program.wait(within: .seconds(seconds))
        return Outcome(code: code, output: program.output, errors: program.errors)
    }
}
