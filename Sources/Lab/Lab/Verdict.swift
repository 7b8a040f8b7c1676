import Contracts
import Faults
import Foundation
import Liveness
import Measurement
import Transport

/// The run in plain words: what was reproduced, who was hurt, what cured it, and at what cost.
public struct Verdict {
    private let outcome: Outcome

    public init(_ outcome: Outcome) { self.outcome = outcome }

    /// - Parameters:
    ///   - width: of a line at the most, in characters; nil for lines as long as they come.
    ///   - colours: whether what holds and what does not is in green and red (ECMA-48 SGR).
    public func text(width: Int? = nil, colours: Bool = false) -> String {
        var lines = [reproduced, hurt, watchdogs, hang].compactMap { $0 } + cures + LineVerdict(outcome.cells).sentences
        if let healthy { lines.append(healthy) }
        let wrapped = lines.map { Paragraph.wrapped($0, width: width) }
        return (wrapped + claims.map { $0.text(width: width, colours: colours) }).joined(separator: "\n")
    }

    private struct Line {
        /// The colour's number in SGR.
        enum Colour: Int {
            case red = 31
            case green = 32
            case yellow = 33
        }

        var text: String
        var colour: Colour

        func text(width: Int?, colours: Bool) -> String {
            let text = Paragraph.wrapped(text, width: width)
            return colours ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
        }
    }

    private var claims: [Line] {
        let broken = outcome.claims.filter { !$0.holds }
        let count = outcome.claims.count
        var lines: [Line] = []
        if !broken.isEmpty {
            lines.append(Line(text: "\(broken.count) of \(count) claims do not hold:", colour: .red))
            lines += broken.map { Line(text: "  - \($0.text): \($0.seen ?? "")", colour: .red) }
        } else if count > 0 {
            let which = outcome.untested.isEmpty ? "" : " that were tested"
            lines.append(Line(text: "All \(count) claims\(which) hold.", colour: .green))
        }
        guard !outcome.untested.isEmpty else { return lines }
        lines.append(Line(text: "\(outcome.untested.count) claims were not tested:", colour: .yellow))
        let reasons = Dictionary(grouping: outcome.untested, by: \.reason).sorted { ($0.value.count, $1.key) > ($1.value.count, $0.key) }
        return lines
            + reasons.map { reason, claims in
                let which = claims.count == 1 ? claims[0].text : "\(claims.count) of them"
                return Line(text: "  - \(which): \(reason)", colour: .yellow)
            }
    }

    private func cell(_ policy: String, _ fault: Fault, over transport: TransportKind = .tcp) -> CellResult? {
        outcome.results.cells.first { $0.transport == transport.rawValue && $0.policy == policy && $0.fault == fault }
    }

    private var horizon: String { String(format: "%.4g", outcome.results.observedSeconds ?? outcome.results.horizonSeconds) }

    private var reproduced: String? {
        guard let cell = cell("none", .powerOff) else { return nil }
        if cell.orphansAtHorizon == 0, outcome.plan.isBusy {
            return "\(cell.faulted) clients lost power while their sessions were busy. With output pending, the server's "
                + "kernel repeated it, gave up, and told: even as shipped, no session was still Active \(horizon) s later."
        }
        return "\(cell.faulted) clients lost power in the same instant. As shipped (no keepalive), the server still "
            + "reported \(cell.orphansAtHorizon) of them Active \(horizon) s later."
    }

    private var hurt: String? {
        guard let cell = cell("none", .powerOff), cell.reconnects.blocked > 0 else { return nil }
        let after = outcome.results.returnAfterSeconds.map { String(format: " %g s after the fault", $0) } ?? ""
        return "Of the \(cell.reconnects.attempted) users who came back\(after), \(cell.reconnects.blocked) were not given their own "
            + "session because it was Active; \(cell.reconnects.resumed) were."
    }

    /// The article's comparison: what the other protocols did by themselves.
    private var watchdogs: String? {
        let found = [(TransportKind.spx, "IPX/SPX"), (.nbf, "NetBEUI")].compactMap { transport, name in
            cell("none", .powerOff, over: transport).flatMap { cell in
                cell.detectionSeconds.max.map { String(format: "\(name) within %.1f s", $0) }
            }
        }
        guard !found.isEmpty else { return nil }
        return "The watchdogs of the other protocols knew of every power cut, as shipped: \(found.joined(separator: ", "))."
    }

    private var hang: String? {
        if outcome.plan.isBusy, let cell = cell("none", .hang), cell.detected == 0 {
            return "A client program that hangs under stress closes its window, and its kernel answers the probes of it for "
                + "ever: \(cell.orphansAtHorizon) of \(cell.faulted) sessions were Active to the end."
        }
        guard let cell = cell("tcp-keepalive", .hang), cell.detected == 0 else { return nil }
        return "A client program that hangs is invisible to TCP keepalive: its kernel answered for all \(cell.faulted) of them."
    }

    private var cures: [String] {
        let names = PolicyNames(outcome.results.cells)
        return outcome.plan.policies.filter { $0 != .none }.compactMap { policy in
            guard
                let power = outcome.results.cells.first(where: {
                    $0.transport == TransportKind.tcp.rawValue && $0.policyParameters == policy.description && $0.fault == .powerOff
                })
            else { return nil }
            let cost = String(
                format: "at %.0f packets (%.1f kB) a session an hour", power.liveness.packetsPerSessionHour,
                power.liveness.bytesPerSessionHour / 1000)
            let back = "\(power.reconnects.resumed) of \(power.reconnects.attempted) users got their session back as they left it"
            let name = names.name(of: power)
            if policy.challengeTimeout != nil, policy.rules.count == 1 {
                return "\(name) asked a client only when its user came back: \(back), \(cost), all of it for the asking."
            }
            guard let longest = power.detectionSeconds.max else {
                return "\(name) left \(power.orphansAtHorizon) of \(power.faulted) undiscovered."
            }
            return String(format: "%@ knew of every power cut within %.1f s, and %@, %@.", name, longest, back, cost)
        }
    }

    private var healthy: String? {
        let cells = outcome.results.cells
        let healthy = cells.map(\.healthy).reduce(0, +)
        let wrong = cells.map(\.falseDisconnects).reduce(0, +)
        return "Of \(healthy) clients that were well all the time, \(wrong == 0 ? "none" : "\(wrong)") lost their session."
    }
}
