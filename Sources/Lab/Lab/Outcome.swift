import Faults
import Foundation
import Measurement
import Netlab
import Sessions
import Time
import Transport

/// What a reproduction came to: the results, and whether it showed what it set out to show.
public struct Outcome {
    public let results: Results
    public let claims: [Claim]
    /// What limits the measurement: packets that the capture dropped, destroyed sockets that were not heard of.
    public let warnings: [String]
    let plan: ReproductionPlan
    let cells: [(plan: CellPlan, result: CellResult)]
    private let log: [LogLine]

    /// Whether every claim holds and nothing was lost in measuring.
    public var isShown: Bool { claims.allSatisfy(\.holds) && warnings.isEmpty }

    init(plan: ReproductionPlan, cells: [CellRun], end: MonotonicTime, evidence: Evidence) throws {
        self.plan = plan
        let classifier = LivenessClassifier()
        var wire = WireEnds(
            wallClockOffset: evidence.wallClockOffset,
            timeout: Dictionary(
                cells.compactMap { cell in
                    cell.plan.watchdogTimeout.map { (cell.serverAddress, $0) }
                }, uniquingKeysWith: { first, _ in first }))
        let traffic = try evidence.close(
            servers: cells.map(\.serverAddress), classify: { classifier.classify($0, fromServer: $1, flow: $2) },
            onPacket: { wire.add($0) })
        var overLines: [UInt32: (traffic: CellTraffic, cost: LineCost, missing: Int)] = [:]
        for cell in cells {
            let classifier = LivenessClassifier()
            overLines[cell.serverAddress] = try cell.closeLine(
                until: end, classify: { classifier.classify($0, fromServer: $1, flow: $2) }, onPacket: { wire.add($0) })
        }
        let gone = wire.all()
        var pairs: [(plan: CellPlan, result: CellResult)] = []
        var log: [LogLine] = []
        for cell in cells {
            let line = overLines[cell.serverAddress]
            let count = line?.traffic ?? traffic[cell.serverAddress] ?? CellTraffic()
            let ends = cell.plan.transport == .tcp ? evidence.destroyed : gone
            var result = CellResult(cell, horizon: plan.horizon, end: end, ends: ends, traffic: count)
            result.line = line?.cost ?? LineCost()
            pairs.append((cell.plan, result))
            log += cell.truth.map { LogLine(cell: cell.plan.name, truth: $0) }
            log += cell.beliefs.map { LogLine(cell: cell.plan.name, belief: $0) }
        }
        self.log = log.sorted { $0.t < $1.t }
        results = Results(
            scenario: "q187049", seed: plan.seed, horizonSeconds: plan.horizon.inSeconds, cells: pairs.map(\.result))
        self.cells = pairs
        claims = Claims(pairs, horizon: plan.horizon).list
        let missing = overLines.values.map(\.missing).reduce(0, +)
        warnings =
            evidence.warnings
            + (missing > 0 ? ["the captures of the lines lack \(missing) packets: the liveness counts are too low"] : [])
    }

    /// Writes `results.json`, `claims.json`, `events.ndjson` and `report.html`.
    public func write(to directory: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(results).write(to: directory.appendingPathComponent("results.json"))
        try encoder.encode(claims).write(to: directory.appendingPathComponent("claims.json"))
        try ReportPage(self).html().write(
            to: directory.appendingPathComponent("report.html"), atomically: true, encoding: .utf8)
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var lines = Data()
        for line in log {
            lines.append(try encoder.encode(line))
            lines.append(UInt8(ascii: "\n"))
        }
        try lines.write(to: directory.appendingPathComponent("events.ndjson"))
    }
}

/// A line of `events.ndjson`: what was so or what was believed, and in which cell.
private struct LogLine: Encodable {
    let t: MonotonicTime
    let cell: String
    let truth: TruthEvent?
    let belief: SessionEvent?

    init(cell: String, truth: TruthEvent) {
        (t, self.cell, self.truth, belief) = (truth.t, cell, truth, nil)
    }

    init(cell: String, belief: SessionEvent) {
        (t, self.cell, truth, self.belief) = (belief.t, cell, nil, belief)
    }
}

extension CellResult {
    init(
        _ cell: CellRun, horizon: Duration, end: MonotonicTime, ends: ConnectionEnds, traffic: CellTraffic
    ) {
        let join = BeliefJoin(
            truth: cell.truth, beliefs: cell.beliefs, fault: cell.plan.fault, horizon: horizon, end: end)
        self.init(
            join, transport: cell.plan.transport, policy: cell.plan.policy.name,
            parameters: cell.plan.policy.description, clients: cell.plan.clients, traffic: traffic, witness: join.witness(ends))
    }

    /// - Parameters:
    ///   - traffic: the packets, by what they were for.
    ///   - witness: empty where the kernel's word is the join's own source.
    init(
        _ join: BeliefJoin, transport: TransportKind, policy: String, parameters: String, clients: Int, traffic: CellTraffic,
        witness: Witness = Witness()
    ) {
        let detections = join.detections
        let hours = join.activeTime.inSeconds / 3600
        let quantiles = CensoredQuantiles(
            detected: join.losses.compactMap(\.detectionTime), censored: join.losses.count - detections.count)
        self.init(
            transport: transport.rawValue, policy: policy, policyParameters: parameters, fault: join.fault, clients: clients,
            faulted: join.losses.count, orphansAtHorizon: join.orphansAtHorizon, detected: detections.count,
            detectionSeconds: DetectionSeconds(
                p50: quantiles.quantile(0.5)?.inSeconds, p90: quantiles.quantile(0.9)?.inSeconds, p99: quantiles.quantile(0.99)?.inSeconds,
                max: quantiles.quantile(1)?.inSeconds),
            orphanSeconds: join.orphanSeconds, reconnects: join.reconnects, healthy: join.healthy,
            falseDisconnects: join.falseDisconnects, failures: join.failures,
            liveness: LivenessCost(
                packets: traffic.liveness.packets, bytes: traffic.liveness.bytes,
                sessionHours: hours),
            traffic: traffic, line: LineCost(), witness: witness, detectionReasons: join.detectionReasons,
            detections: detections, orphans: join.orphansOverTime)
        falseDisconnectReasons = join.falseDisconnectReasons
        if hours > 0 { falseDisconnectsPerSessionHour = Double(join.falseDisconnects) / hours }
    }
}
