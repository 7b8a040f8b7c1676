import Sessions
import Time

/// What a storm must never lead to.
public struct StressFinding: Codable, Equatable, Sendable, CustomStringConvertible {
    public enum Rule: String, Codable, Sendable {
        /// A session that changed in a way it cannot, was there twice, or went without its user's doing.
        case sessions
        /// A user found what he had not left, or was not given back what was his.
        case state
        case limits
        /// An orphan that was not found in time.
        case orphan
        /// A session taken from a client without a cause, or a client turned away without one.
        case falseDisconnect = "false-disconnect"
        /// The server's answers, events and clients do not tell the same.
        case disagreement
        /// A program ended before its time.
        case crash
        /// Descriptors, memory or errors that grow.
        case growth
    }

    public var rule: Rule
    public var text: String

    public init(_ rule: Rule, _ text: String) {
        self.rule = rule
        self.text = text
    }

    public var description: String { "\(rule.rawValue): \(text)" }
}

/// What a storm's server was told to keep to.
public struct StressRules: Equatable, Sendable {
    public var sessionLimit: Int
    public var userLimit: Int
    /// The least and the most silence after which the policy takes a client for dead.
    public var earliest: Duration
    public var latest: Duration
    public var handshake: Duration
    /// What a busy machine may be late.
    public var grace = Duration.seconds(1)

    public init(sessionLimit: Int, userLimit: Int, earliest: Duration, latest: Duration, handshake: Duration) {
        self.sessionLimit = sessionLimit
        self.userLimit = userLimit
        self.earliest = earliest
        self.latest = latest
        self.handshake = handshake
    }
}

/// A server's sessions, followed from its events alone, each held against what may follow what.
struct StressReplay {
    struct Kept: Equatable {
        var state: SessionState
        var user: String?
        var address: String?
        var since: MonotonicTime
    }

    /// The time that one client had a session Active.
    struct Tenure {
        var session: SessionID
        var user: String
        var address: String
        /// What carries its connection: `spx` where the station is `rdp-spx#7`.
        var transport: String
        var from: MonotonicTime
        var until: MonotonicTime?
        var reason: ChangeReason?
    }

    let rules: StressRules
    private(set) var findings: [StressFinding] = []
    /// Sessions with a client or a user.
    private(set) var sessions: [SessionID: Kept] = [:]
    private(set) var tenures: [Tenure] = []
    private var stations: Set<String> = []
    private var open: [SessionID: Int] = [:]
    private var byUser: [String: Set<SessionID>] = [:]
    /// How many sessions have a user.
    private var withUser = 0
    /// When a limit was reached: of the server, and of each user.
    private(set) var fullTimes: [Range<MonotonicTime>] = []
    private(set) var userFullTimes: [String: [Range<MonotonicTime>]] = [:]
    private var fullSince: MonotonicTime?
    private var userFullSince: [String: MonotonicTime] = [:]

    init(_ events: [SessionEvent], rules: StressRules) {
        self.rules = rules
        for event in events { take(event) }
    }

    mutating func take(_ event: SessionEvent) {
        let before = sessions[event.session]
        let name = "session \(event.session) (\(event.user ?? "no user")) at \(event.t.nanoseconds)"
        if before?.state ?? .idle != event.from {
            report(.sessions, "\(name) went from \(event.from.rawValue) while it was \(before?.state.rawValue ?? "Idle")")
        }
        switch event.to {
        case .connected:
            if let station = event.station, !stations.insert(station).inserted { report(.sessions, "\(name): \(station) is used twice") }
        case .active: becomeActive(event, before, name)
        case .disconnected:
            if event.from != .active { report(.sessions, "\(name) was Disconnected without having been Active") }
        case .down:
            if event.from != .connected, event.reason != .logoff { report(.sessions, "\(name) ended because of \(event.reason.rawValue)") }
        case .connectQuery, .shadow, .idle, .listen, .reset, .initializing:
            report(.sessions, "\(name) became \(event.to.rawValue)")
        }
        if event.from == .connected, let before, event.t - before.since > rules.handshake + rules.grace {
            report(.orphan, "\(name) was Connected for \(event.t - before.since)")
        }
        if event.from == .active, let index = open.removeValue(forKey: event.session) {
            tenures[index].until = event.t
            tenures[index].reason = event.reason
        }
        keep(event)
    }

    private mutating func becomeActive(_ event: SessionEvent, _ before: Kept?, _ name: String) {
        guard let user = event.user, let address = event.address else { return report(.sessions, "\(name) is Active without a user") }
        switch event.reason {
        case .resumed:
            if before?.user != user { report(.state, "\(name) was given to \(user) and is \(before?.user ?? "nobody")'s") }
        case .logon:
            if byUser[user, default: []].contains(where: { sessions[$0]?.state == .disconnected }) {
                report(.state, "\(name): \(user) has a Disconnected session and was not given it")
            }
        default: report(.sessions, "\(name) became Active because of \(event.reason.rawValue)")
        }
        if open.values.contains(where: { tenures[$0].address == address }) { report(.sessions, "\(name): \(address) has two sessions") }
        open[event.session] = tenures.count
        tenures.append(
            Tenure(
                session: event.session, user: user, address: address, transport: Self.transport(event.station), from: event.t))
    }

    private static func transport(_ station: String?) -> String {
        guard let name = station?.prefix(while: { $0 != "#" }), name.hasPrefix("rdp-") else { return "none" }
        return String(name.dropFirst("rdp-".count))
    }

    private mutating func keep(_ event: SessionEvent) {
        withUser += (event.to != .down && event.user != nil ? 1 : 0) - (sessions[event.session]?.user != nil ? 1 : 0)
        if let user = sessions[event.session]?.user, event.to == .down || user != event.user {
            byUser[user]?.remove(event.session)
            noteUser(user, at: event.t)
        }
        if event.to == .down {
            sessions[event.session] = nil
        } else {
            sessions[event.session] = Kept(state: event.to, user: event.user, address: event.address, since: event.t)
            if let user = event.user {
                byUser[user, default: []].insert(event.session)
                noteUser(user, at: event.t)
            }
        }
        // Whoever has not logged on takes nobody's place.
        if withUser > rules.sessionLimit { report(.limits, "\(withUser) sessions with a user at \(event.t.nanoseconds)") }
        Self.note(withUser >= rules.sessionLimit, &fullSince, &fullTimes, event.t)
    }

    private mutating func noteUser(_ user: String, at now: MonotonicTime) {
        let count = byUser[user, default: []].count
        if count > rules.userLimit { report(.limits, "\(user) has \(count) sessions at \(now.nanoseconds)") }
        Self.note(count >= rules.userLimit, &userFullSince[user], &userFullTimes[user, default: []], now)
    }

    private static func note(_ full: Bool, _ since: inout MonotonicTime?, _ times: inout [Range<MonotonicTime>], _ now: MonotonicTime) {
        if full {
            since = since ?? now
        } else if let start = since {
            times.append(start..<now)
            since = nil
        }
    }

    /// Whether the server, or the user, was at the limit at some moment between the two.
    func wasFull(for user: String, from: MonotonicTime, to: MonotonicTime) -> Bool {
        let since = [fullSince, userFullSince[user]].compactMap { $0 }
        return since.contains { $0 <= to }
            || (fullTimes + userFullTimes[user, default: []]).contains { $0.lowerBound <= to && $0.upperBound >= from }
    }

    mutating func report(_ rule: StressFinding.Rule, _ text: String) { findings.append(StressFinding(rule, text)) }
}
