import ArgumentParser
import Foundation
import Glibc
import Lab

extension TableFormat: ExpressibleByArgument {}

/// How a command's table is printed.
struct TableOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How the table is printed.", valueName: "text|markdown|csv|html|json"))
    var format = TableFormat.text

    @Option(
        help: ArgumentHelp(
            "The table's columns: 'fit' for those that fit the terminal, 'all', or keys as --format csv has them.",
            valueName: "fit|all|key,..."))
    var columns = "fit"

    @Flag(help: "Print results.json, and nothing else, on standard output.")
    var json = false

    /// - Parameter keys: those that the command's table has.
    func validate(keys: [String]) throws {
        if json, format != .text || columns != "fit" {
            throw ValidationError("--json prints results.json as it is: leave --format and --columns away, or --json")
        }
        if case .keys(let chosen) = selection, let unknown = chosen.first(where: { !keys.contains($0) }) {
            throw ValidationError("unknown column '\(unknown)': use \(keys.joined(separator: ", "))")
        }
    }

    var selection: ColumnSelection {
        switch columns {
        case "all": .fitting(nil)
        case "fit": .fitting(Self.terminalWidth)
        default: .keys(columns.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
        }
    }

    /// Whether text may be coloured: on a terminal, unless NO_COLOR (no-color.org) or a terminal that cannot forbids it.
    var hasColours: Bool {
        let environment = ProcessInfo.processInfo.environment
        return format == .text && isatty(STDOUT_FILENO) == 1 && environment["NO_COLOR", default: ""].isEmpty
            && environment["TERM"] != "dumb"
    }

    /// In characters; nil where standard output is no terminal, which has room for everything.
    static var terminalWidth: Int? {
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
