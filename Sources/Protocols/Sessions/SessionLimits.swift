import Time
import Wire

/// How many sessions a server keeps for users. Clients whose user has not logged on take none of these places.
public struct SessionLimits: Equatable, Sendable {
    /// Most sessions that have a user, whether he is there or not; nil for no limit. Ours, to limit what sessions cost in memory:
    /// Terminal Server has no such limit. A newcomer has a session of his own before the server knows whose it is, so at the
    /// limit even the user of a Disconnected session is turned away.
    public var sessions: Int?
    /// Most sessions that have a user with a client, nil for no limit: Terminal Server's Maximum Connection Count (unlimited by
    /// default, Q186566). A Disconnected session has no client and does not count (Q187443). At the limit a newcomer is refused
    /// (Q187175), and so is the user of a Disconnected session, whose connection would be one more (Q187443).
    public var clients: Int?
    /// Most sessions of one user; nil for no limit. Ours. Resuming a Disconnected session adds none.
    public var perUser: Int?

    public init(sessions: Int? = nil, clients: Int? = nil, perUser: Int? = nil) {
        self.sessions = sessions
        self.clients = clients
        self.perUser = perUser
    }
}

/// Why somebody gets no session. Indirect, since every connection has room for one and hardly any has one.
public indirect enum Refusal: Error, Equatable, Sendable, CustomStringConvertible {
    case sessionLimit(Int)
    case clientLimit(Int)
    case userLimit(user: String, Int)
    case unknownUser(String)
    /// After wrong passwords no other is looked at for this long.
    case tooManyFailures(wait: Duration)
    case noSuchSession(SessionID)
    /// The console cannot be disconnected, and listeners and idle sessions have nothing to end.
    case notPossible(SessionID, SessionState)

    /// Whether it is for want of a place that others hold.
    public var isFull: Bool {
        switch self {
        case .sessionLimit, .clientLimit: true
        default: false
        }
    }

    var isOfSessions: Bool { if case .sessionLimit = self { true } else { false } }

    public var description: String {
        switch self {
        case .sessionLimit(let limit): "the limit of \(limit) sessions is reached"
        case .clientLimit(let limit): "the limit of \(limit) clients is reached"
        case .userLimit(let user, let limit): "user \(PrintableText.escaped(user)) has \(limit) sessions, which is the limit"
        case .unknownUser(let user): "user \(PrintableText.escaped(user)) may not log on, or the password is wrong"
        case .tooManyFailures(let wait): "too many wrong passwords: the next is looked at in \(DurationText.format(wait))"
        case .noSuchSession(let id): "there is no session \(id)"
        case .notPossible(let id, let state): "session \(id) is \(state.rawValue): that cannot be done to it"
        }
    }
}

/// What happens to a user's session when its connection breaks (the listener's setting of the same name).
public enum BrokenConnectionAction: String, Sendable, CaseIterable {
    /// It goes on without a client and can be picked up again.
    case disconnect
    /// It ends, with all its programs.
    case reset
}
