import EventLoop
import Faults
import Foundation
import Netlab
import Time
import Transport

/// One tsload at work among the workstations, and the truth it tells.
final class LoadRun {
    private(set) var truth: [TruthEvent] = []
    /// When the first client was struck.
    private(set) var struck: MonotonicTime?
    private(set) var loggedOn = 0
    private var process: LineProcess?
    private let log: String
    private let decoder = JSONDecoder()
    private let heard: (TruthEvent) -> Void
    private let experiment: Experiment
    private let name: String
    private let nameInJSON: [UInt8]

    /// Whom the load strikes with what.
    struct Plan {
        var target: Endpoint
        var fault: Fault
        var faulted: Int
        var clients: Int
        /// Clients started a second.
        var rate: Int
        /// How long after the last logon the fault strikes.
        var calm = ReproductionPlan.calm
        /// Where the load's own stretch of workstations begins.
        var firstWorkstation: Int
        var seed: UInt64
        /// What else tsload is told.
        var more: [String] = []
    }

    /// - Parameters:
    ///   - name: whose load it is, for events and complaints.
    ///   - heard: hears of each truth.
    init(
        _ plan: Plan, name: String, log: String, program: String, in experiment: Experiment,
        heard: @escaping (TruthEvent) -> Void = { _ in }
    ) throws(NetlabError) {
        self.heard = heard
        self.experiment = experiment
        self.name = name
        self.log = log
        nameInJSON = EventLog.name(name)
        let fault = FaultPlan(
            plan.fault, share: Double(plan.faulted) / Double(plan.clients), at: plan.calm,
            lasting: ReproductionPlan.lasting)
        let (executable, arguments) = experiment.network.command(
            in: .clients, program,
            [
                "--target", plan.target.description, "--clients", "\(plan.clients)", "--rate", "\(plan.rate)",
                "--first-workstation", "\(plan.firstWorkstation)",
                "--sources", SocketAddress.ipv4(PrivateNetwork.workstations, port: 0).host,
                "--fault", fault.description, "--seed", "\(plan.seed)", "--truth", "-",
            ] + plan.more)
        process = try LineProcess(executable, arguments, log: log, on: experiment.loop, onLine: { [unowned self] in hear($0) })
    }

    /// Why the load ended before its time; nil while it runs.
    var broken: String? {
        guard let process, !process.isRunning else { return nil }
        return "\(name): \(ProgramLog.ended("tsload", process, log: log))"
    }

    /// Ends several and hears their last words.
    static func stop(_ loads: [LoadRun]) {
        LineProcess.stop(loads.compactMap(\.process))
        for load in loads { load.checkEnd() }
    }

    /// tsload ends with 2 where it could not write down everything.
    private func checkEnd() {
        guard let process else { return }
        for what in process.lost { experiment.lose("\(name): tsload: \(what)") }
        if process.exitCode == 2 {
            experiment.lose("\(name): tsload lost truth: \(ProgramLog.lastLine(of: log) ?? "see \(log)")")
        }
    }

    private func hear(_ line: [UInt8]) {
        guard let event = try? decoder.decode(TruthEvent.self, from: Data(line)) else {
            let said = ProgramLog.printable(String(decoding: line.prefix(80), as: UTF8.self))
            experiment.lose("\(name): tsload said what is no truth: \(said)")
            return experiment.fail("\(name): the truth cannot be known")
        }
        experiment.events.add(.truth, line, cell: nameInJSON, at: event.t)
        truth.append(event)
        switch event.event {
        case .loggedOn: loggedOn += 1
        case .struck: struck = struck ?? event.t
        default: break
        }
        heard(event)
    }
}
