import Faults
import Foundation
import Measurement
import Netlab
import Time

/// How long a server that we did not write held each dead connection, by its kernel's word.
public struct WitnessOutcome {
    public let results: Results
    /// What limits the measurement, beside what the server's own clients failed at.
    public let warnings: [String]
    private let plan: WitnessPlan

    /// Whether every client was struck that was to be, and nothing was lost in measuring.
    public var isWhole: Bool { warnings.isEmpty }

    init(plan: WitnessPlan, truths: [[TruthEvent]], end: MonotonicTime, evidence: Evidence) throws {
        self.plan = plan
        let classifier = LivenessClassifier()
        let addresses = plan.faults.indices.map { PrivateNetwork.serverAddress($0 + 1) }
        // What TLS or RC4 hides is nobody's to classify; the kernel's own probes are seen all the same.
        let isPlain = plan.speaks == .rdp && plan.security == .none
        let traffic = try evidence.close(servers: addresses) {
            isPlain ? classifier.classify($0, fromServer: $1, flow: $2) : .sessionData
        }
        var warnings = evidence.warnings
        let cells = zip(plan.faults, zip(truths, addresses)).map { fault, cell in
            let join = BeliefJoin(truth: cell.0, ends: evidence.destroyed, fault: fault, horizon: plan.horizon, end: end)
            // Who comes back from a fault that heals, and is told that the server gave him up, is the server's failure.
            if join.losses.count < plan.clients || join.failures > join.falseDisconnects {
                let reasons = Set(cell.0.compactMap { $0.event == .failed ? $0.detail : nil }).sorted()
                warnings.append(
                    "\(fault.rawValue): \(join.losses.count) of \(plan.clients) clients were struck; \(join.failures) failed"
                        + (reasons.isEmpty ? "" : ": \(reasons.joined(separator: "; "))"))
            }
            return CellResult(
                join, transport: .tcp, policy: "foreign", parameters: plan.description, clients: plan.clients + plan.healthy,
                traffic: traffic[cell.1] ?? CellTraffic())
        }
        self.warnings = warnings
        results = Results(
            scenario: "witness", seed: plan.seed, horizonSeconds: plan.horizon.inSeconds, cells: cells)
    }

    /// Writes `results.json`.
    public func write(to directory: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(results).write(to: directory.appendingPathComponent("results.json"))
    }

    /// The table for people.
    public var text: String {
        let table = TextTable.text([Self.heads] + results.cells.map { row($0) }, leftAligned: 1)
        return (["server: \(plan.description)", table] + warnings).joined(separator: "\n")
    }

    private static let heads = [
        "fault", "struck", "held to the end", "T_D p50", "T_D p90", "T_D p99", "T_D max", "well", "false",
        "pkts/session-h",
    ]

    private func row(_ cell: CellResult) -> [String] {
        let times = cell.detectionSeconds
        return [
            cell.fault.rawValue, "\(cell.faulted)", "\(cell.faulted - cell.detected)", results.text(times.p50),
            results.text(times.p90), results.text(times.p99), results.text(times.max), "\(cell.healthy)",
            "\(cell.falseDisconnects)", String(format: "%.0f", cell.liveness.packetsPerSessionHour),
        ]
    }
}
