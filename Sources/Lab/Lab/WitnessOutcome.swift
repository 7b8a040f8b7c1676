import Contracts
import Faults
import Foundation
import Measurement
import Netlab
import Time

/// How long a server that we did not write held each dead connection, by its kernel's word.
public struct WitnessOutcome: RunOutcome {
    public let results: Results
    /// Which clients did not meet their fault, or failed.
    public let warnings: [String]
    public let end: RunEnd
    private let plan: WitnessPlan
    private let directory: RunDirectory

    /// Whether every client was struck that was to be.
    public var isShown: Bool { warnings.isEmpty }

    init(plan: WitnessPlan, loads: [LoadRun], end: MonotonicTime, evidence: Evidence?, of experiment: Experiment) {
        self.plan = plan
        directory = experiment.directory
        // Where the loads never began, nobody did anything.
        let truths = loads.isEmpty ? plan.faults.map { _ in [] } : loads.map(\.truth)
        let classifier = LivenessClassifier()
        let addresses = plan.faults.indices.map { PrivateNetwork.serverAddress($0 + 1) }
        // What TLS or RC4 hides is nobody's to classify; the kernel's own probes are seen all the same.
        let isPlain = plan.speaks == .rdp && plan.security == .none
        let traffic = evidence?.close(servers: addresses) {
            isPlain ? classifier.classify($0, fromServer: $1, flow: $2) : .sessionData
        }
        var warnings: [String] = []
        let cells = zip(plan.faults, zip(truths, addresses)).map { fault, cell in
            let join = BeliefJoin(
                truth: cell.0, ends: evidence?.destroyed ?? ConnectionEnds(), fault: fault, horizon: plan.horizon, end: end)
            // Who comes back from a fault that heals, and is told that the server gave him up, is the server's failure.
            if join.losses.count < plan.clients || join.failures > join.falseDisconnects {
                let reasons = Set(cell.0.compactMap { $0.event == .failed ? $0.detail : nil }).sorted()
                warnings.append(
                    "\(fault.rawValue): \(join.losses.count) of \(plan.clients) clients were struck; \(join.failures) failed"
                        + (reasons.isEmpty ? "" : ": \(reasons.joined(separator: "; "))"))
            }
            return CellResult(
                join, transport: .tcp, policy: "foreign", parameters: plan.description, clients: plan.clients + plan.healthy,
                traffic: traffic?[cell.1] ?? CellTraffic())
        }
        self.warnings = warnings
        var results = Results(
            scenario: "witness", seed: plan.seed, horizonSeconds: plan.horizon.inSeconds, cells: cells)
        let seen = loads.map { load in load.struck.map { max(.zero, min(plan.horizon, end - $0)) } ?? .zero }.min() ?? .zero
        if seen < plan.horizon { results.observedSeconds = seen.inSeconds }
        results.complete(experiment)
        self.results = results
        self.end = experiment.end
    }

    /// Writes `results.json`.
    public func write() throws { try JSONEncoder.forFiles.encode(results).write(to: directory.results) }

    /// The table, and in text also of which server it is and what limits it.
    public func text(as format: TableFormat = .text, columns: ColumnSelection = .fitting(nil)) -> String {
        let table = ResultsTable(results, columns: CellColumns.witness).text(as: format, columns: columns)
        return format == .text ? (["server: \(plan.description)", table] + warnings).joined(separator: "\n") : table
    }
}
