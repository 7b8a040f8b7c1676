import Contracts
import Measurement
import Netlab
import Sessions
import Time

/// Runs the whole matrix side by side in a network of its own, and measures it.
public final class Reproduction: ExperimentStages {
    let readyLimit = Duration.seconds(60)
    /// Time after the horizon for the last events to be heard.
    private static let afterHorizon = Duration.milliseconds(500)

    private let plan: ReproductionPlan
    private let experiment: Experiment
    private let cells: [CellRun]
    private var evidence: Evidence?

    private init(_ plan: ReproductionPlan, in experiment: Experiment) {
        self.plan = plan
        self.experiment = experiment
        var firstWorkstation = 1
        var lines = 0
        cells = plan.cells.enumerated().map { index, cell in
            let workstations = cell.line == nil ? Workstations(first: firstWorkstation) : Workstations(lineCell: lines)
            if cell.line == nil { firstWorkstation += cell.clients } else { lines += 1 }
            return CellRun(cell, number: index + 1, firstWorkstation: workstations.first, in: experiment)
        }
    }

    /// Runs everything; takes the horizon and some seconds more.
    public static func run(_ plan: ReproductionPlan, in experiment: Experiment) -> Outcome {
        experiment.run(Reproduction(plan, in: experiment))
    }

    func start() throws {
        let programs = try Programs()
        _ = try ReportPage.readLibrary()
        let network = try experiment.buildNetwork(
            serverAddresses: cells.count, tcpRetries2: ReproductionPlan.dataRetransmissions)
        if plan.isBusy { try network.setting("net.ipv4.tcp_rmem", ReproductionPlan.clientReceiveBuffer, in: .clients) }
        evidence = try Evidence(in: experiment)
        for cell in cells { try cell.start(programs: programs, seed: plan.seed, horizon: plan.horizon) }
    }

    func look(at now: MonotonicTime) throws -> ExperimentStage {
        for cell in cells {
            if let broken = cell.broken(at: now) { throw LabError.trouble(broken) }
        }
        let struck = cells.compactMap(\.struck)
        guard struck.count == cells.count, let last = struck.max() else {
            let there = cells.map(\.loggedOn).reduce(0, +)
            return .preparing("\(there) of \(plan.cells.map(\.clients).reduce(0, +)) clients logged on")
        }
        if now > last + plan.horizon + Self.afterHorizon { return .over }
        let orphans = cells.map(\.orphansNow).reduce(0, +)
        return .looking("\(Int((now - last).inSeconds)) of \(Int(plan.horizon.inSeconds)) s: \(orphans) orphans in \(cells.count) cells")
    }

    func notReady() -> LabError { .notReady(cells.filter { $0.struck == nil }.map(\.plan.name)) }

    func stop() { CellRun.stop(cells) }

    func outcome(until end: MonotonicTime) -> Outcome {
        Outcome(plan: plan, cells: cells, end: end, evidence: evidence, of: experiment)
    }
}
