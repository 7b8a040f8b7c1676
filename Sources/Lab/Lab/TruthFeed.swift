import EventLoop
import Faults
import Foundation
import Netlab
import Wire

/// A tsload at work among the workstations, and the truth that it tells. What is lost of it is taken down.
final class TruthFeed {
    private(set) var truth: [TruthEvent] = []
    private let name: String
    private let nameInJSON: [UInt8]
    private let log: String
    private unowned let experiment: Experiment
    private let heard: (TruthEvent) -> Void
    private let decoder = JSONDecoder()
    private var process: LineProcess?

    /// What tsload ends with where it could not write down everything.
    private static let truthLost: Int32 = 2

    /// Starts it.
    ///
    /// - Parameters:
    ///   - name: whose load it is, for events and complaints.
    ///   - log: gets what tsload says on standard error.
    ///   - options: tsload's, but for where the workstations are and where the truth goes.
    ///   - heard: hears of each truth.
    init(
        of name: String, log: String, program: String, options: [String], in experiment: Experiment,
        heard: @escaping (TruthEvent) -> Void
    ) throws(NetlabError) {
        self.name = name
        self.log = log
        self.experiment = experiment
        self.heard = heard
        nameInJSON = EventLog.name(name)
        let (executable, arguments) = experiment.network.command(
            in: .clients, program, options + ["--sources", SocketAddress.ipv4(PrivateNetwork.workstations, port: 0).host, "--truth", "-"])
        process = try LineProcess(
            executable, arguments, log: log, on: experiment.loop, onLine: { [unowned self] in hear($0) })
    }

    var isRunning: Bool { process?.isRunning == true }
    /// The process's number.
    var identifier: Int32 { process?.identifier ?? 0 }

    /// Why it ended before its time; nil while it runs.
    var broken: String? {
        guard let process, !process.isRunning else { return nil }
        return LastWords.ended("tsload", process, log: log)
    }

    /// Ends several and hears their last words.
    static func stop(_ feeds: [TruthFeed]) {
        LineProcess.stop(feeds.compactMap(\.process))
        for feed in feeds { feed.checkEnd() }
    }

    private func checkEnd() {
        guard let process else { return }
        for what in process.lost { experiment.lose("\(name): tsload: \(what)") }
        if process.exitCode == Self.truthLost {
            experiment.lose("\(name): tsload lost truth: \(LastWords.lastLine(of: log) ?? "see \(log)")")
        }
    }

    private func hear(_ line: [UInt8]) {
        guard let event = try? decoder.decode(TruthEvent.self, from: Data(line)) else {
            let said = PrintableText.escaped(String(decoding: line.prefix(80), as: UTF8.self))
            experiment.lose("\(name): tsload said what is no truth: \(said)")
            return experiment.fail("\(name): the truth cannot be known")
        }
        experiment.events.add(.truth, line, cell: nameInJSON, at: event.t)
        truth.append(event)
        heard(event)
    }
}
