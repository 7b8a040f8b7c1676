import Faults
import Sessions
import Time

/// Holds a storm's events against what was done to its clients, what they found, and what the server says at the end.
public struct StressJudge {
    /// A session as `GET /sessions` tells it, as far as it matters here.
    public struct Listed: Equatable, Sendable {
        public var session: SessionID
        public var state: SessionState
        public var user: String?
        public var address: String?

        public init(session: SessionID, state: SessionState, user: String?, address: String?) {
            self.session = session
            self.state = state
            self.user = user
            self.address = address
        }
    }

    private struct Strike {
        var fault: Fault
        var at: MonotonicTime
        var lasting: Duration
    }

    public private(set) var findings: [StressFinding] = []
    /// How many clients had a desktop.
    public private(set) var logons = 0
    public private(set) var resumed = 0
    public private(set) var refused = 0
    /// What went over each transport, by its name.
    public private(set) var transports: [String: StressPassage] = [:]
    private let rules: StressRules
    private let replay: StressReplay
    private var strikes: [String: [Strike]] = [:]

    /// - Parameters:
    ///   - listed: what the server lists at the end, when nothing has happened for long enough.
    ///   - end: when that was.
    public init(
        rules: StressRules, truth: [TruthEvent], beliefs: [SessionEvent], listed: [Listed], end: MonotonicTime
    ) {
        self.rules = rules
        replay = StressReplay(beliefs, rules: rules)
        findings = replay.findings
        for event in truth where event.event == .struck {
            guard let address = event.address, let fault = event.fault else { continue }
            let lasting = event.detail.flatMap { DurationText.parse($0) } ?? .zero
            strikes[address, default: []].append(Strike(fault: fault, at: event.t, lasting: lasting))
        }
        var formerEnds: [String: MonotonicTime] = [:]
        for tenure in replay.tenures {
            judge(tenure, after: formerEnds[tenure.address], end)
            formerEnds[tenure.address] = tenure.until
        }
        judgeClients(truth, end)
        judgeEnd(listed, end)
    }

    // MARK: Causes

    /// - Parameter former: when the session before on a connection of the same name left Active; in a long storm ports come
    ///   again, and what struck the one is nothing to the other.
    private mutating func judge(_ tenure: StressReplay.Tenure, after former: MonotonicTime?, _ end: MonotonicTime) {
        transports[tenure.transport, default: StressPassage()].sessions += 1
        let all = strikes[tenure.address, default: []].filter { strike in former.map { $0 < strike.at } ?? true }
        let name = "session \(tenure.session) of \(tenure.user) at \(tenure.address)"
        if let until = tenure.until, let reason = tenure.reason {
            if !all.contains(where: { $0.at <= until && explains($0, reason) }) {
                let said = all.map { "\($0.fault.rawValue) \(DurationText.format($0.lasting)) \($0.at - until) from it" }
                report(
                    .falseDisconnect,
                    "\(name) left Active at \(until.nanoseconds), \(reason.rawValue), for no cause (\(said.joined(separator: ", ")))")
            }
        }
        guard let strike = all.first(where: { orphans($0) && $0.at <= tenure.until ?? end }) else { return }
        let since = max(strike.at, tenure.from)
        let took = (tenure.until ?? end) - since
        transports[tenure.transport]?.add(orphan: tenure.until == nil ? nil : took)
        if took > rules.latest + rules.grace {
            report(.orphan, "\(name): \(strike.fault.rawValue) was \(tenure.until == nil ? "not known of" : "known of") after \(took)")
        }
    }

    /// Whether nobody can use the session for longer than the policy needs to know.
    private func orphans(_ strike: Strike) -> Bool {
        strike.fault.orphans || strike.fault.heals && strike.lasting > rules.latest + rules.grace
    }

    /// Whether a server may say this of a client that was struck so.
    private func explains(_ strike: Strike, _ reason: ChangeReason) -> Bool {
        switch strike.fault.traits.farewell {
        case .closes: return [.peerClosed, .peerReset].contains(reason)
        case .disconnects: return [.clientDisconnected, .peerClosed, .peerReset].contains(reason)
        case .logsOff: return reason == .logoff
        case .none: break
        }
        if strike.fault.heals { return isLong(strike) && [.heartbeatMissed, .overflow, .timedOut, .peerReset].contains(reason) }
        // A client that is lost on its way to its desktop has its session Active already.
        if [.heartbeatMissed, .overflow, .handshakeDeadline].contains(reason) { return true }
        return strike.fault.traits.kernel != .acknowledges && [.timedOut, .peerReset].contains(reason)
    }

    /// What was lost in an outage is sent again after up to as long again as it lasted.
    private func isLong(_ strike: Strike) -> Bool { strike.lasting * 2 + .milliseconds(500) >= rules.earliest }

    // MARK: Clients

    private mutating func judgeClients(_ truth: [TruthEvent], _ end: MonotonicTime) {
        var started: [String: MonotonicTime] = [:]
        var byAddress: [String: [StressReplay.Tenure]] = [:]
        for tenure in replay.tenures { byAddress[tenure.address, default: []].append(tenure) }
        for event in truth {
            let name = "\(event.client ?? "?") at \(event.address ?? "no address")"
            switch event.event {
            case .starting: started[event.client ?? ""] = event.t
            case .loggedOn, .resumed:
                logons += 1
                if event.event == .resumed { resumed += 1 }
                let theirs = byAddress[event.address ?? "", default: []]
                if !theirs.contains(where: { $0.session.rawValue == event.session && $0.user == event.user }) {
                    report(.disagreement, "\(name) is in session \(event.session ?? 0), of which the server says nothing")
                }
            case .altered: report(.state, "\(name), session \(event.session ?? 0): \(event.detail ?? "")")
            case .refused:
                refused += 1
                let from = started[event.client ?? ""] ?? event.t
                if !replay.wasFull(for: event.user ?? "", from: from, to: event.t) {
                    report(.falseDisconnect, "\(name) was refused with room for it: \(event.detail ?? "")")
                }
            case .failed:
                let causes = strikes[event.address ?? "", default: []]
                if !causes.contains(where: { $0.at <= event.t && (!$0.fault.heals || isLong($0)) }) {
                    report(.falseDisconnect, "\(name) failed for no cause: \(event.detail ?? "")")
                }
            default: break
            }
        }
        judgeWell(truth)
    }

    /// Whoever is well at the end has his session, and no session is Active for anybody else.
    private mutating func judgeWell(_ truth: [TruthEvent]) {
        var well: [String: TruthEvent] = [:]
        for event in truth {
            guard let address = event.address else { continue }
            switch event.event {
            case .loggedOn, .resumed: well[address] = event
            case .failed, .refused: well[address] = nil
            case .struck where event.fault?.heals != true: well[address] = nil
            default: break
            }
        }
        let open = replay.tenures.filter { $0.until == nil }
        for tenure in open where well[tenure.address] == nil {
            report(.orphan, "session \(tenure.session) of \(tenure.user) is Active at the end for nobody at \(tenure.address)")
        }
        let kept = Set(open.map(\.address))
        for (address, event) in well where !kept.contains(address) {
            if strikes[address, default: []].contains(where: { $0.fault.heals && isLong($0) }) { continue }
            report(.falseDisconnect, "\(event.client ?? "?") at \(address) is well and has no session")
        }
    }

    private mutating func judgeEnd(_ listed: [Listed], _ end: MonotonicTime) {
        var rest = replay.sessions
        for record in listed where record.user != nil {
            guard let kept = rest.removeValue(forKey: record.session) else {
                report(.disagreement, "session \(record.session) of \(record.user ?? "") is listed and no event made it")
                continue
            }
            if kept.state != record.state || kept.user != record.user || kept.address != record.address {
                report(
                    .disagreement,
                    "session \(record.session) is listed as \(record.state.rawValue) of \(record.user ?? ""), "
                        + "the events say \(kept.state.rawValue) of \(kept.user ?? "")")
            }
        }
        for (session, kept) in rest {
            let long = end - kept.since > rules.handshake + rules.grace
            if kept.state != .connected || long { report(.sessions, "session \(session) of \(kept.user ?? "nobody") was lost") }
        }
    }

    private mutating func report(_ rule: StressFinding.Rule, _ text: String) { findings.append(StressFinding(rule, text)) }
}
