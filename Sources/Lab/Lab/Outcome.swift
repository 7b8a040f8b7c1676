import Contracts
import Faults
import Foundation
import Measurement
import Netlab
import Sessions
import Time
import Transport

/// What a reproduction came to: the results, and whether it showed what it set out to show.
public struct Outcome: RunOutcome {
    public let results: Results
    public let claims: [Claim]
    /// What would have been claimed, and why it was not.
    public let untested: [UntestedClaim]
    public let end: RunEnd
    let directory: RunDirectory
    let plan: ReproductionPlan
    let cells: [(plan: CellPlan, result: CellResult)]

    /// Whether every claim holds that was tested.
    public var isShown: Bool { claims.allSatisfy(\.holds) }

    init(plan: ReproductionPlan, cells: [CellRun], end: MonotonicTime, evidence: Evidence?, of experiment: Experiment) {
        self.plan = plan
        directory = experiment.directory
        let classifier = LivenessClassifier()
        var wire = WireEnds(
            wallClockOffset: evidence?.wallClockOffset ?? 0,
            timeout: Dictionary(
                cells.compactMap { cell in
                    cell.plan.watchdogTimeout.map { (cell.serverAddress, $0) }
                }, uniquingKeysWith: { first, _ in first }))
        let traffic = evidence?.close(
            servers: cells.map(\.serverAddress), classify: { classifier.classify($0, fromServer: $1, flow: $2) },
            onPacket: { wire.add($0) })
        var overLines: [UInt32: (traffic: CellTraffic, cost: LineCost)] = [:]
        for cell in cells {
            let classifier = LivenessClassifier()
            overLines[cell.serverAddress] = cell.closeLine(
                until: end, classify: { classifier.classify($0, fromServer: $1, flow: $2) }, onPacket: { wire.add($0) })
        }
        let gone = wire.all()
        let pairs = cells.map { cell in
            let line = overLines[cell.serverAddress]
            let count = line?.traffic ?? traffic?[cell.serverAddress] ?? CellTraffic()
            let ends = cell.plan.transport == .tcp ? evidence?.destroyed ?? ConnectionEnds() : gone
            var result = CellResult(cell, horizon: plan.horizon, end: end, ends: ends, traffic: count)
            result.line = line?.cost ?? LineCost()
            return (plan: cell.plan, result: result)
        }
        self.cells = pairs
        let judged = Claims(pairs, horizon: plan.horizon, ending: experiment.end.ending)
        claims = judged.list
        untested = judged.untested
        var results = Results(
            scenario: "q187049", seed: plan.seed, horizonSeconds: plan.horizon.inSeconds, cells: pairs.map(\.result))
        results.returnAfterSeconds = pairs.compactMap { $0.plan.returnAfter(horizon: plan.horizon)?.inSeconds }.first
        results.claimsNotTested = untested
        let seen = cells.map { cell in cell.struck.map { max(.zero, min(plan.horizon, end - $0)) } ?? .zero }.min() ?? .zero
        if seen < plan.horizon { results.observedSeconds = seen.inSeconds }
        results.complete(experiment)
        self.results = results
        self.end = experiment.end
    }

    /// Writes `results.json`, `claims.json` and `report.html`.
    ///
    /// - Throws: the first error, once everything has been tried.
    public func write() throws {
        let encoder = JSONEncoder.forFiles
        let attempts: [() throws -> Void] = [
            { try encoder.encode(results).write(to: directory.results) },
            { try encoder.encode(claims).write(to: directory.claims) },
            { try ReportPage(self).html().write(to: directory.report, atomically: true, encoding: .utf8) },
        ]
        let errors = attempts.compactMap { attempt in Swift.Result { try attempt() }.failure }
        if let error = errors.first { throw error }
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
