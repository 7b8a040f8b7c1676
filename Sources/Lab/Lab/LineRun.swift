import EventLoop
import Foundation
import Line
import Netlab

/// A `tslab line` at work for the lab, in a network made with `joint: .line`.
///
///     let line = try LineRun(try LinePlan(parsing: "isdn-64k:idle=60s"), tariff: tariff, seed: 1, directory: out, on: loop) { ... }
///     // a server with --line line.control, a load, time ...
///     let summary = try line.stop()
///     let calls = try line.calls()
public final class LineRun {
    /// The control socket's path, for a ``LineWatch``.
    public let control: String
    /// The log, NDJSON of ``LineLogEntry``, and what the program said on standard error.
    public let log: String
    private let process: LineProcess
    private let errors: String
    private let heard = Heard()

    /// Starts it.
    ///
    /// - Parameters:
    ///   - tslab: the program's file; this one by default.
    ///   - directory: gets `NAME.ndjson` and `NAME.log`.
    ///   - control: where the control socket is to be.
    ///   - interfaces: those of a cell's own line; the network's joint by default.
    ///   - onReady: packets pass.
    public init(
        _ plan: LinePlan, tariff: Tariff? = nil, seed: UInt64, name: String = "line", tslab: String? = nil, directory: URL,
        control: String = "/run/line.sock", interfaces: PrivateNetwork.CellLine? = nil, on loop: EventLoop,
        onReady: @escaping () -> Void = {}
    ) throws(NetlabError) {
        self.control = control
        log = directory.appendingPathComponent("\(name).ndjson").path
        errors = directory.appendingPathComponent("\(name).log").path
        var arguments = ["line", "--preset", plan.description, "--seed", "\(seed)", "--control", control, "--log", log]
        if let interfaces { arguments += ["--interfaces", "\(interfaces.serverInterface),\(interfaces.clientInterface)"] }
        if let tariff { arguments += ["--tariff", tariff.description] }
        heard.onReady = onReady
        process = try LineProcess(
            tslab ?? URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path, arguments,
            log: errors, on: loop, onLine: { [heard] in heard.add($0) })
    }

    public var isRunning: Bool { process.isRunning }

    /// Why it ended before its time; nil while it runs.
    var broken: String? {
        process.isRunning ? nil : LastWords.ended("the line", process, log: errors)
    }

    /// Ends it; gives what it did and what it cost.
    ///
    /// - Throws: where it ended without a word, or could not write down everything.
    public func stop() throws(LabError) -> LineSummary {
        process.stop()
        if process.exitCode == LineProgram.logLost {
            throw .trouble("the line's log is not whole: \(LastWords.lastLine(of: errors) ?? errors)")
        }
        guard let summary = heard.summary else { throw .trouble("the line ended without a summary: see \(log) and the .log beside it") }
        return summary
    }

    /// Its calls, from the log: all that have ended.
    public func calls() throws -> [LineCall] { try entries().compactMap(\.call) }

    public func entries() throws -> [LineLogEntry] {
        let decoder = JSONDecoder()
        return try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map {
            try decoder.decode(LineLogEntry.self, from: Data($0.utf8))
        }
    }

    private final class Heard {
        var onReady: () -> Void = {}
        var summary: LineSummary?

        func add(_ line: [UInt8]) {
            if String(decoding: line, as: UTF8.self) == LineProgram.ready { return onReady() }
            summary = (try? JSONDecoder().decode(LineSummary.self, from: Data(line))) ?? summary
        }
    }
}
