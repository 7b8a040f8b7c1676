import Contracts
import Faults
import Foundation
import Line
import Liveness
import Measurement
import Time

/// What a matrix over a line says, in plain words.
struct LineVerdict {
    private let cells: [(plan: CellPlan, result: CellResult)]

    init(_ cells: [(plan: CellPlan, result: CellResult)]) { self.cells = cells.filter { $0.plan.line?.dial != nil } }

    var sentences: [String] {
        guard let line = cells.first?.plan.line else { return [] }
        return [dilemma(line), free].compactMap { $0 }
    }

    private func dilemma(_ line: LinePlan) -> String? {
        guard let cell = cells.first(where: { $0.plan.policy[TCPKeepalive.self] != nil && $0.plan.fault == .powerOff })
        else { return nil }
        let cost = cell.result.line
        return "Over \(line.name), which hangs up after \(DurationText.format(line.dial?.idle ?? .zero)) of silence, "
            + "\(cell.plan.policy.description) placed \(cost.livenessCalls) of \(cost.calls) calls to ask whether anybody was there; "
            + month(cell.plan, cost)
    }

    /// What a month of the same would cost, with how sure that is.
    private func month(_ plan: CellPlan, _ cost: LineCost) -> String {
        guard cost.livenessCalls >= LineColumns.fewestCalls, let range = cost.livenessChargePer30DaysRange, let tariff = plan.tariff else {
            return "these are too few to say what a month would cost: see tslab forecast."
        }
        return String(
            format:
                "at %@, round the clock, 30 days of that come to %.0f %@ for one site of %ld (95 %% confidence: "
                + "%.0f to %.0f).",
            tariff.description, cost.livenessChargePer30Days, tariff.currency, plan.clients, range.low, range.high)
    }

    private var free: String? {
        let quiet = cells.filter { cell in
            let policy = cell.plan.policy
            return cell.plan.fault == .powerOff && !policy.dials && (policy[ChallengePolicy.self] != nil || policy[LineAware.self] != nil)
        }
        guard !quiet.isEmpty else { return nil }
        let parts = quiet.map { cell in
            let known = cell.result.detectionSeconds.p50.map { String(format: "knew after %.0f s (median)", $0) } ?? "did not know"
            return "\(cell.plan.policy.name) placed \(cell.result.line.livenessCalls) calls to ask, \(known), and gave "
                + "\(cell.result.reconnects.resumed) of \(cell.result.reconnects.attempted) users their session back"
        }
        return parts.joined(separator: "; ") + ". What challenge cannot do is free a session before its user comes back, and "
            + "line-aware knows nothing while nobody works."
    }
}
