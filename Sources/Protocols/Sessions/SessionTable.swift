import Time

/// Every session of a server, and the rules by which they change.
///
/// It knows no clock and no connection: it is told what happened and when, changes its states, and keeps what changed
/// until that is taken with ``takeEvents()``. The rule that matters most is in ``logon(_:user:clientName:at:)``: a user
/// is given back a session that is Disconnected, never one that is Active (Q187049, Q186572).
public struct SessionTable {
    /// How many Idle sessions wait for clients (Q186572: two).
    public static let idleSessions = 2

    public let limits: SessionLimits
    public let brokenConnection: BrokenConnectionAction

    /// By session id, which is an index here; nil where the id is free.
    private var slots: [Session?] = []
    private var free: [SessionID] = []
    private var idle: [SessionID] = []
    /// Sessions with a user who is there, and those whose user is not, the one disconnected longest first: each session is in
    /// one of them, and a logon looks at few of either however many its user has.
    private var active = UserIndex()
    private var disconnected = UserIndex()
    private let listeners: [Session]
    private var counts: [SessionState: Int] = [:]
    /// Connections so far, which numbers WinStation names.
    private var connections: UInt32 = 0
    private var events: [SessionEvent] = []

    /// - Parameter listeners: their WinStation names, `rdp-tcp`.
    public init(
        listeners: [String], limits: SessionLimits = SessionLimits(),
        brokenConnection: BrokenConnectionAction = .disconnect, at now: MonotonicTime
    ) {
        self.limits = limits
        self.brokenConnection = brokenConnection
        self.listeners = listeners.enumerated().map { index, name in
            let id = SessionID(rawValue: SessionID.firstListener.rawValue + UInt32(index))
            return Session(id: id, state: .listen, since: now, station: name)
        }
        counts[.listen] = listeners.count
        slots.append(Session(id: .console, state: .connected, since: now, station: "console"))
        counts[.connected] = 1
        for _ in 0..<Self.idleSessions { makeIdle(at: now) }
    }

    // MARK: Looking

    public subscript(id: SessionID) -> Session? {
        if id.rawValue < UInt32(slots.count) { return slots[Int(id.rawValue)] }
        return id < .firstListener ? nil : listeners.first { $0.id == id }
    }

    /// Every session, the console first, listeners last.
    public var all: [Session] { slots.compactMap { $0 } + listeners }

    /// The sessions of one user, those that are Active first, of these the oldest first; then the one disconnected longest.
    /// Names are compared without regard to case.
    public func sessions(of user: String) -> [Session] { activeSessions(of: user) + disconnectedSessions(of: user) }

    /// - Parameter most: no more of them are looked for.
    public func activeSessions(of user: String, most: Int = .max) -> [Session] { find(user, in: active, most) }

    public func disconnectedSessions(of user: String, most: Int = .max) -> [Session] { find(user, in: disconnected, most) }

    private func find(_ user: String, in index: UserIndex, _ most: Int) -> [Session] {
        let name = user.lowercased()
        var found: [Session] = []
        for id in index.sessions(under: name) {
            if found.count == most { break }
            guard let session = self[id], session.user?.lowercased() == name else { continue }
            found.append(session)
        }
        return found
    }

    /// How many sessions have a user, whether he is there or not.
    public var withUser: Int { count(.active) + count(.disconnected) + count(.shadow) }

    /// The first `most` of them, those that are Active first, of each kind by their numbers.
    public func firstWithUser(_ most: Int) -> [Session] {
        var found: [Session] = []
        for isActive in [true, false] {
            for case let session? in slots where session.user != nil && (session.state == .active) == isActive {
                if found.count == most { return found }
                found.append(session)
            }
        }
        return found
    }

    /// All of them in that order.
    public var idsWithUser: [SessionID] {
        let sessions = slots.lazy.compactMap { $0 }.filter { $0.user != nil }
        return sessions.filter { $0.state == .active }.map(\.id) + sessions.filter { $0.state != .active }.map(\.id)
    }

    public func count(_ state: SessionState) -> Int { counts[state, default: 0] }

    /// Sessions with a client or a user, those included whose user is not known yet.
    public var inUse: Int { slots.count - free.count - idle.count - 1 }

    /// Why nobody can log on now; nil where there is room. Whoever has no user yet takes no place of these limits: how many
    /// such clients there may be is for their server to say.
    public var fullness: Refusal? {
        if let limit = limits.sessions, withUser >= limit { return .sessionLimit(limit) }
        if let limit = limits.clients, count(.active) >= limit { return .clientLimit(limit) }
        return nil
    }

    /// What changed since the last call, oldest first.
    public mutating func takeEvents() -> [SessionEvent] {
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    // MARK: What happens

    /// A client arrives at a listener and is mapped to an Idle session, in whose place another is made.
    public mutating func connect(listener: String, address: String, at now: MonotonicTime) -> SessionID {
        if idle.isEmpty { makeIdle(at: now) }
        let id = idle.removeLast()
        connections &+= 1
        change(id, to: .connected, because: .connected, at: now) { [connections] in
            $0.station = "\(listener)#\(connections)"
            $0.client = ClientIdentity(name: "", address: address)
        }
        while idle.count < Self.idleSessions { makeIdle(at: now) }
        return id
    }

    /// The client's user logs on. A Disconnected session of his is given to the connection, and the session that the
    /// connection came with is deleted; without one that session becomes his.
    ///
    /// - Parameters:
    ///   - choice: which of several Disconnected sessions he picked (Q186572); where it is not his or not Disconnected any more,
    ///     as without a choice, the one disconnected longest is given first.
    ///   - isAwaited: the server has made room for him. For a user with a Disconnected session the limit of sessions then
    ///     does not count, since his logon gives the place back at once.
    /// - Throws: where there is no room, or none for a further session of his. The session stays Connected until it is told
    ///   to end.
    public mutating func logon(
        _ id: SessionID, user: String, clientName: String, choice: SessionID? = nil, isAwaited: Bool = false,
        at now: MonotonicTime
    ) throws(Refusal) -> LogonOutcome {
        guard let arriving = self[id], let address = arriving.client?.address else { throw .noSuchSession(id) }
        guard arriving.state == .connected else { throw .notPossible(id, arriving.state) }
        let client = ClientIdentity(name: clientName, address: address)
        let name = user.lowercased()
        let old = choice.flatMap { isDisconnected($0, of: name) ? $0 : nil } ?? disconnectedSessions(of: user, most: 1).first?.id
        if let fullness, !(isAwaited && old != nil && fullness.isOfSessions) { throw fullness }
        if let old, let owner = self[old]?.user?.lowercased() {
            end(id, because: .resumed, at: now)
            disconnected.remove(old, under: owner)
            active.add(old, under: owner)
            change(old, to: .active, because: .resumed, at: now) {
                $0.station = arriving.station
                $0.client = client
            }
            return LogonOutcome(session: old, resumed: true, held: [])
        }
        let others = activeSessions(of: user, most: max(LogonOutcome.mostHeld, limits.perUser ?? 0))
        if let limit = limits.perUser, others.count >= limit { throw .userLimit(user: user, limit) }
        active.add(id, under: name)
        change(id, to: .active, because: .logon, at: now) {
            $0.user = user
            $0.client = client
            $0.loggedOn = now
        }
        return LogonOutcome(session: id, resumed: false, held: others.prefix(LogonOutcome.mostHeld).map(\.id))
    }

    private func isDisconnected(_ id: SessionID, of name: String) -> Bool {
        self[id].map { $0.state == .disconnected && $0.user?.lowercased() == name } ?? false
    }

    /// The session's connection is gone, and nobody asked for that. What becomes of a user's session then is the
    /// listener's setting; one without a user ends.
    public mutating func connectionBroke(_ id: SessionID, because reason: ChangeReason, at now: MonotonicTime) {
        guard let session = self[id], session.client != nil, session.state != .disconnected else { return }
        if session.state == .active, brokenConnection == .disconnect {
            detach(id, because: reason, at: now)
        } else {
            end(id, because: reason, at: now)
        }
    }

    /// The client or an administrator disconnects the session; its programs go on.
    public mutating func disconnect(_ id: SessionID, because reason: ChangeReason, at now: MonotonicTime) throws(Refusal) {
        guard let session = self[id] else { throw .noSuchSession(id) }
        guard session.state == .active, id != .console else { throw .notPossible(id, session.state) }
        detach(id, because: reason, at: now)
    }

    /// The user logs off, or an administrator logs the session off or resets it: it ends with everything in it.
    public mutating func terminate(_ id: SessionID, because reason: ChangeReason, at now: MonotonicTime) throws(Refusal) {
        guard let session = self[id] else { throw .noSuchSession(id) }
        guard session.client != nil else { throw .notPossible(id, session.state) }
        end(id, because: reason, at: now)
    }

    /// The user did something: lets `body` change what the session's program holds.
    public mutating func handleInput<Result>(
        of id: SessionID, at now: MonotonicTime, _ body: (inout ApplicationState) -> Result
    ) -> Result? {
        guard self[id]?.user != nil else { return nil }
        slots[Int(id.rawValue)]?.lastInput = now
        return modify(id) { body(&$0.application) }
    }

    // MARK: How it is kept

    private mutating func makeIdle(at now: MonotonicTime) {
        let id =
            free.popLast()
            ?? {
                slots.append(nil)
                return SessionID(rawValue: UInt32(slots.count - 1))
            }()
        slots[Int(id.rawValue)] = Session(id: id, state: .idle, since: now, station: nil)
        counts[.idle, default: 0] += 1
        idle.append(id)
    }

    private mutating func detach(_ id: SessionID, because reason: ChangeReason, at now: MonotonicTime) {
        change(id, to: .disconnected, because: reason, at: now)
        guard
            let user = modify(
                id,
                { session in
                    session.station = nil
                    return session.user
                }), let name = user?.lowercased()
        else { return }
        active.remove(id, under: name)
        disconnected.add(id, under: name)
    }

    private mutating func end(_ id: SessionID, because reason: ChangeReason, at now: MonotonicTime) {
        guard let session = self[id] else { return }
        change(id, to: .down, because: reason, at: now)
        if let name = session.user?.lowercased() {
            if session.state == .disconnected { disconnected.remove(id, under: name) } else { active.remove(id, under: name) }
        }
        counts[.down, default: 0] -= 1
        slots[Int(id.rawValue)] = nil
        free.append(id)
    }

    /// Changes a session's state, with `update` what goes along with that, and notes the event.
    private mutating func change(
        _ id: SessionID, to state: SessionState, because reason: ChangeReason, at now: MonotonicTime,
        update: (inout Session) -> Void = { _ in }
    ) {
        guard let before = self[id]?.state else { return }
        modify(id) {
            update(&$0)
            $0.state = state
            $0.since = now
        }
        counts[before, default: 0] -= 1
        counts[state, default: 0] += 1
        guard let after = self[id] else { return }
        events.append(
            SessionEvent(
                t: now, session: id, station: after.station, user: after.user, client: after.client?.name,
                address: after.client?.address, from: before, to: state, reason: reason))
    }

    @discardableResult
    private mutating func modify<Result>(_ id: SessionID, _ body: (inout Session) -> Result) -> Result? {
        guard var session = slots[Int(id.rawValue)] else { return nil }
        slots[Int(id.rawValue)] = nil
        defer { slots[Int(id.rawValue)] = session }
        return body(&session)
    }
}

/// Which session a user was given.
public struct LogonOutcome: Equatable, Sendable {
    /// More than anybody wants to read.
    public static let mostHeld = 16

    public let session: SessionID
    /// Whether it was there before, Disconnected.
    public let resumed: Bool
    /// Sessions of the same user that are Active and therefore were not given, as many as ``mostHeld``.
    public let held: [SessionID]
}
