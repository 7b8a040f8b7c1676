import Faults
import Foundation
import Liveness
import Measurement
import Time

/// Something that a run set out to show, and whether it did.
public struct Claim: Codable, Sendable {
    public var text: String
    public var holds: Bool
    /// What was seen instead; nil where it holds.
    public var seen: String?
}

/// What each cell of the matrix must show, by its policy and its fault.
///
/// The bounds are the policies' own: TCP keepalive gives up after time + interval x count (tcp(7)), a heartbeat after
/// interval x misses and the last answer's timeout. A second is allowed for everything that is not the policy.
struct Claims {
    private static let grace = 1.0

    private(set) var list: [Claim] = []

    init(_ cells: [(plan: CellPlan, result: CellResult)]) {
        for (plan, result) in cells { judge(plan, result) }
    }

    private mutating func judge(_ plan: CellPlan, _ cell: CellResult) {
        let name = "\(cell.transport)/\(plan.name)"
        claim("\(name): every client logged on", cell.failures == 0, "\(cell.failures) failed")
        claim(
            "\(name): no healthy client lost its session", cell.falseDisconnects == 0,
            "\(cell.falseDisconnects) false disconnects")
        switch expectation(plan) {
        case .never:
            claim(
                "\(name): every lost session is still Active at the horizon", cell.orphansAtHorizon == cell.faulted,
                "\(cell.orphansAtHorizon) of \(cell.faulted)")
            claim(
                "\(name): every user who comes back is refused his session",
                cell.reconnects.blocked == cell.faulted && cell.reconnects.resumed == 0, "\(cell.reconnects)")
        case .within(let bound):
            let longest = cell.detectionSeconds.max
            claim(
                "\(name): every lost session is known within \(String(format: "%g", bound)) s",
                longest.map { $0 <= bound } ?? false, longest.map { "the last after \($0) s" } ?? "some never")
            claim(
                "\(name): every user who comes back finds his session as he left it",
                cell.reconnects.resumed == cell.faulted, "\(cell.reconnects)")
        case .onReturn:
            claim(
                "\(name): every user who comes back finds his session as he left it",
                cell.reconnects.resumed == cell.faulted && cell.reconnects.blocked == 0, "\(cell.reconnects)")
        case .unclaimed:
            break
        }
        // Against a closed window the kernel probes whatever the policy says.
        if plan.policy == .none, !plan.isBusy {
            claim("\(name): not one packet of liveness traffic", cell.liveness.packets == 0, "\(cell.liveness.packets) packets")
        }
        guard cell.detected > 0 else { return }
        // The kernel's word is timed when this process gets to read it, which busy servers keep it from.
        let allowed = plan.isBusy ? 0.5 : 0.05
        claim(
            "\(name): the kernel's word on each detection agrees within \(Int(allowed * 1000)) ms",
            cell.witness.matched == cell.detected && cell.witness.largestDifference <= allowed,
            "\(cell.witness.matched) of \(cell.detected) matched, up to \(cell.witness.largestDifference) s apart")
    }

    private enum Expectation {
        /// Not by the horizon, and whoever comes back is kept out.
        case never
        /// Within so many seconds.
        case within(Double)
        /// Not before the user comes back, and then in the same logon.
        case onReturn
        case unclaimed
    }

    private func expectation(_ plan: CellPlan) -> Expectation {
        plan.isBusy ? busyExpectation(plan) : idleExpectation(plan)
    }

    /// With output pending the kernel of a server finds a dead machine by itself. The window of a hung client, though,
    /// closes within seconds, and its kernel answers the probes of it for ever (RFC 9293, 3.8.6.1).
    private func busyExpectation(_ plan: CellPlan) -> Expectation {
        switch (plan.fault, plan.policy) {
        case (.kill, _): .within(Self.grace)
        case (.powerOff, .none): .within(Self.retransmissionLimit + Self.grace)
        case (.hang, .none), (.hang, .tcpKeepalive): .never
        case (.hang, .tcpUserTimeout(let timeout)), (.powerOff, .tcpUserTimeout(let timeout)):
            .within(timeout.inSeconds + Self.windowFills + Self.grace)
        case (.hang, .heartbeat(let heartbeat)):
            .within((heartbeat.interval * heartbeat.misses).inSeconds + Self.grace)
        default: .unclaimed
        }
    }

    /// How long a busy session may take to fill a client's small window, on a machine that draws for all of them.
    private static let windowFills = 2.0

    private func idleExpectation(_ plan: CellPlan) -> Expectation {
        switch (plan.fault, plan.policy) {
        case (.kill, _): .within(Self.grace)
        case (.powerOff, .none), (.reboot, .none), (.hang, .none), (.hang, .tcpKeepalive): .never
        // The clock's updates are small: a hung client's kernel takes them for longer than any horizon here.
        case (.hang, .clock): .never
        case (.powerOff, .tcpKeepalive(let keepalive)):
            .within((keepalive.time + keepalive.interval * keepalive.count).inSeconds + Self.grace)
        case (.reboot, .tcpKeepalive(let keepalive)):
            // The first probe after the machine is back is answered by a reset.
            .within(max(keepalive.time, ReproductionPlan.lasting + keepalive.interval).inSeconds + Self.grace)
        case (.powerOff, .heartbeat(let heartbeat)), (.hang, .heartbeat(let heartbeat)), (.reboot, .heartbeat(let heartbeat)):
            .within((heartbeat.interval * heartbeat.misses).inSeconds + Self.grace)
        case (.powerOff, .clock(let interval)), (.reboot, .clock(let interval)):
            .within(interval.inSeconds + Self.retransmissionLimit + Self.grace)
        case (.powerOff, .challenge), (.hang, .challenge): .onReturn
        case (.powerOff, .adaptive(let detector)), (.hang, .adaptive(let detector)), (.reboot, .adaptive(let detector)):
            .within(detector.initialPatience.inSeconds + Self.grace)
        default: .unclaimed
        }
    }

    /// How long the kernel repeats a segment before it gives up, with a round trip far below its least timeout: 200 ms
    /// doubled for each of the retransmissions and once more to hear nothing (tcp(7), tcp_retries2; RFC 6298, 5.5). Its
    /// timer may run late by a slack of an eighth (timer wheel).
    private static let retransmissionLimit = 0.2 * (pow(2, Double(ReproductionPlan.dataRetransmissions) + 1) - 1) * 1.125

    private mutating func claim(_ text: String, _ holds: Bool, _ seen: String) {
        list.append(Claim(text: text, holds: holds, seen: holds ? nil : seen))
    }
}
