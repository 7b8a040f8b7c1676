import Contracts
import Faults
import Foundation
import Liveness
import Measurement
import Time

/// What each cell of the matrix must show, by its policy and its fault.
struct Claims {
    private(set) var list: [Claim] = []
    /// What was not tested, and why.
    private(set) var untested: [UntestedClaim] = []
    private let horizon: Duration

    init(_ cells: [(plan: CellPlan, result: CellResult)], horizon: Duration, ending: RunEnding = .complete) {
        self.horizon = horizon
        for (plan, result) in cells { judge(plan, result) }
        guard ending != .complete else { return }
        let reason = ending == .interrupted ? "the run was interrupted" : "the run failed"
        untested = list.map { UntestedClaim(text: $0.text, reason: reason) } + untested
        list = []
    }

    private mutating func judge(_ plan: CellPlan, _ cell: CellResult) {
        let name = plan.name
        claim("\(name): every client logged on", cell.failures == 0, "\(cell.failures) failed")
        claim(
            "\(name): no healthy client lost its session", cell.falseDisconnects == 0,
            "\(cell.falseDisconnects) false disconnects: \(cell.falseDisconnectReasons)")
        switch Expectation(plan, horizon: horizon) {
        case .never:
            claim(
                "\(name): every lost session is still Active at the horizon", cell.orphansAtHorizon == cell.faulted,
                "\(cell.orphansAtHorizon) of \(cell.faulted)")
            claimOfReturn(
                "\(name): every user who comes back is refused his session", plan,
                cell.reconnects.blocked == cell.faulted && cell.reconnects.resumed == 0, "\(cell.reconnects)")
        case .within(let bound):
            let longest = cell.detectionSeconds.max
            claim(
                "\(name): every lost session is known within \(String(format: "%g", bound)) s",
                longest.map { $0 <= bound } ?? false, longest.map { "the last after \($0) s" } ?? "some never")
            claimOfReturn(Self.findsSession(name), plan, cell.reconnects.resumed == cell.faulted, "\(cell.reconnects)")
        case .onReturn:
            claimOfReturn(
                Self.findsSession(name), plan, cell.reconnects.resumed == cell.faulted && cell.reconnects.blocked == 0,
                "\(cell.reconnects)")
        case .told(let bound):
            let longest = cell.detectionSeconds.max
            claim(
                "\(name): every session whose client said so has left Active within \(String(format: "%g", bound)) s",
                cell.detected == cell.faulted && longest.map { $0 <= bound } ?? false,
                longest.map { "\(cell.detected) of \(cell.faulted), the last after \($0) s" } ?? "none")
        case .kept:
            // Whoever is well, or well again, is spoken of above.
            break
        case .unclaimed(let reason):
            leaveUntested(plan, reason)
        }
        // Against a closed window the kernel probes whatever the policy says.
        if plan.transport.isKernels, plan.policy == .none, !plan.isBusy {
            claim("\(name): not one packet of liveness traffic", cell.liveness.packets == 0, "\(cell.liveness.packets) packets")
        }
        judgeWitness(name, plan, cell)
        list += LineClaims(plan, cell).list
    }

    private mutating func judgeWitness(_ name: String, _ plan: CellPlan, _ cell: CellResult) {
        guard cell.detected > 0, plan.hasWitness else { return }
        // The kernel's word is timed when this process gets to read it, which busy servers keep it from; SPX's port looks at
        // its watchdogs every 50 ms.
        let allowed = plan.isBusy ? 0.5 : plan.transport.isKernels ? 0.05 : 0.1
        let witness = plan.transport.isKernels ? "the kernel's" : "the wire's"
        claim(
            "\(name): \(witness) word on each detection agrees within \(Int(allowed * 1000)) ms",
            cell.witness.matched == cell.detected && cell.witness.largestDifference <= allowed,
            "\(cell.witness.matched) of \(cell.detected) matched, up to \(cell.witness.largestDifference) s apart")
    }

    private static func findsSession(_ name: String) -> String {
        "\(name): every user who comes back finds his session as he left it"
    }

    private mutating func claimOfReturn(_ text: String, _ plan: CellPlan, _ holds: Bool, _ seen: String) {
        if plan.returnAfter(horizon: horizon) == nil, plan.fault.orphans {
            untested.append(UntestedClaim(text: text, reason: "users do not come back in this run"))
        } else {
            claim(text, holds, seen)
        }
    }

    /// Longer than any policy takes.
    private static let longEnough = Duration.seconds(1e9)

    /// Says what a longer run could have shown.
    private mutating func leaveUntested(_ plan: CellPlan, _ reason: String) {
        guard case .within(let bound) = Expectation(plan, horizon: Self.longEnough) else {
            return untested.append(UntestedClaim(text: "\(plan.name): when lost sessions are known", reason: reason))
        }
        let until = plan.usersReturn ? "users come back" : "the run ends"
        let time = (horizon - plan.returnBeforeHorizon).inSeconds
        let reason = String(format: "\(until) %g s after the fault, and the policy may take %g s: take a longer --horizon", time, bound)
        untested.append(
            UntestedClaim(text: "\(plan.name): every lost session is known within \(String(format: "%g", bound)) s", reason: reason))
        if plan.fault.orphans { untested.append(UntestedClaim(text: Self.findsSession(plan.name), reason: reason)) }
    }

    private mutating func claim(_ text: String, _ holds: Bool, _ seen: String) {
        list.append(Claim(text: text, holds: holds, seen: holds ? nil : seen))
    }
}
