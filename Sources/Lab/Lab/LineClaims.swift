import Contracts
import Foundation
import Liveness
import Measurement
import Time

/// What a cell behind a line that is dialled on demand must show.
struct LineClaims {
    private(set) var list: [Claim] = []

    /// How far the line's own log and a replay of the capture through the same rules may be apart, besides the set-up of the
    /// call that the end of the window may cut off.
    private static let tolerance = 0.05
    private static let slackSeconds = 1.0

    init(_ plan: CellPlan, _ cell: CellResult) {
        guard let dial = plan.line?.dial else { return }
        let line = cell.line
        claim(
            "\(plan.name): a replay of the captured packets keeps the line up for as long as it was",
            abs(line.replayed.upSeconds - line.upSeconds)
                <= max(Self.slackSeconds + dial.setup.inSeconds, Self.tolerance * line.upSeconds),
            "\(line.replayed.upSeconds) s and \(line.upSeconds) s")
        if plan.transport.isKernels, !plan.policy.dials {
            claim("\(plan.name): no call is placed to ask", line.livenessCalls == 0, "\(line.livenessCalls) of \(line.calls) calls")
        }
        if let keepalive = plan.policy[TCPKeepalive.self], keepalive.time > dial.idle { judgeKeepalive(keepalive, plan, line) }
    }

    /// Each well client is probed once in each `time`, since the answer is the last that is heard of it (tcp(7)), and each
    /// probe finds the line hung up or keeps it up: no fewer answers than rounds, and the line is up for them.
    private mutating func judgeKeepalive(_ keepalive: TCPKeepalive, _ plan: CellPlan, _ line: LineCost) {
        let rounds = (line.seconds / keepalive.time.inSeconds).rounded(.down)
        claim(
            "\(plan.name): keepalive has the line dialled, or keeps it up",
            line.livenessCalls > 0 && line.livenessUpSeconds > 0 || line.upSeconds >= 0.9 * line.seconds,
            "\(line.livenessCalls) calls to ask in \(Int(rounds)) rounds, up \(line.upSeconds) s")
    }

    private mutating func claim(_ text: String, _ holds: Bool, _ seen: String) {
        list.append(Claim(text: text, holds: holds, seen: holds ? nil : seen))
    }
}
