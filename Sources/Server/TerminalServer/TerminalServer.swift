import EventLoop
import LineControl
import Liveness
import Logging
import RDP
import Sessions
import Slab
import Time
import Transport
import Wire

/// A terminal server: it listens, keeps sessions, draws their desktops and publishes what it believes of each.
///
/// The object holds what all connections share. What a client says is ``ServerConnection``'s business, the rules of
/// sessions are ``SessionTable``'s, and when a silent client counts as gone is ``HeartbeatMonitor``'s.
public final class TerminalServer {
    /// The desktop goes out in squares of this many pixels a side.
    static let tileSide = 64
    /// Heartbeats that fall due within this share one wake-up.
    private static let probeGrain = Duration.milliseconds(20)

    public let configuration: ServerConfiguration
    let loop: EventLoop
    let logger: Logger
    private(set) var sessions: SessionTable
    var connections = Slab<ServerConnection>()
    var counters = ServerCounters()
    /// Where every tile of every desktop is painted, one after another.
    var canvas = Canvas()
    var commonTiles = CommonTiles()
    /// Everybody's sessions, as desktops list them.
    private(set) var board = SessionBoard()
    private(set) var beliefs: BeliefLog
    private var listeners: [TransportListener] = []
    private var admin: HTTPServer?
    /// Which connection shows a session, by the session's number.
    private var shownBy: [SlabHandle] = []
    /// What the client that a session has or last had can come back with by itself.
    private var reconnectSecrets: [SessionID: [UInt8]] = [:]
    private var spareWriter: ByteWriter?

    var monitor: (any LivenessMonitor<SlabHandle>)?
    private var monitorTimer: Timer?
    private var monitorDeadline: MonotonicTime?
    private(set) var challenges: ChallengeDesk?
    private var lineWatch: LineWatch?
    private lazy var securityWithoutTLS = configuration.security.withoutTLS
    private var deadlines: DeadlineQueue<Deadline>
    private var deadlineTimer: Timer?
    private var clockTimer: Timer?
    private(set) var floods: Set<SlabHandle> = []
    private var floodTimer: Timer?

    /// Listens at once; ``EventLoop/run()`` then serves.
    ///
    /// - Throws: where an endpoint or the admin address cannot be listened on, or the endpoints are open to others while
    ///   anybody may log on.
    public init(configuration: ServerConfiguration, loop: EventLoop, logger: Logger) throws {
        self.configuration = configuration
        self.loop = loop
        self.logger = logger
        sessions = SessionTable(
            listeners: configuration.endpoints.map(\.kind.listenerName), limits: configuration.limits,
            brokenConnection: configuration.brokenConnection, at: loop.now)
        deadlines = DeadlineQueue(delay: configuration.handshakeDeadline)
        monitor = configuration.liveness.monitor(of: SlabHandle.self)
        beliefs = BeliefLog(logger: logger)
        if let path = configuration.liveness.line {
            lineWatch = LineWatch(path, on: loop) { [unowned self] state in
                monitor?.line(isUp: state == .up, at: self.loop.now)
                awaitMonitor()
            }
        }
        if let timeout = configuration.liveness.challengeTimeout { challenges = ChallengeDesk(server: self, timeout: timeout) }
        for endpoint in configuration.endpoints { listeners.append(try listen(endpoint)) }
        if let address = configuration.admin {
            let face = AdminFace(server: self)
            admin = try HTTPServer(on: loop, address: address) { face.answer($0) }
        }
        if let interval = configuration.effectiveClockInterval {
            clockTimer = loop.every(interval) { [unowned self] in tickClocks() }
        }
    }

    /// Where it really listens.
    public var endpoints: [Endpoint] { listeners.map(\.endpoint) }

    /// What each listener's own watchdog has cost, by the listener's name, where it counts that; listeners of one name count
    /// together.
    var watchdogTraffic: [(listener: String, traffic: LivenessTraffic)] {
        var sums: [String: LivenessTraffic] = [:]
        for listener in listeners {
            if let traffic = listener.livenessTraffic { sums[listener.endpoint.kind.listenerName, default: .init()] += traffic }
        }
        return sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Tells every client that the server ends, and ends once they had time to hear it.
    public func shutDown() {
        guard !listeners.isEmpty else { return loop.stop() }
        logger.notice("shutting down: \(connections.count) connections, \(sessions.count(.active)) active sessions")
        listeners = []
        for connection in connections.elements {
            if let id = connection.session {
                changeIfPossible { table, now throws(Refusal) in table.connectionBroke(id, because: .shutdown, at: now) }
            }
            connection.end(.serverShutDown)
        }
        beliefs.end()
        shutDownTimer = loop.after(.milliseconds(200)) { [unowned self] in loop.stop() }
    }

    private var shutDownTimer: Timer?

    private func listen(_ endpoint: Endpoint) throws(EventLoopError) -> TransportListener {
        try Transport.listen(
            endpoint, liveness: configuration.liveness, backlogLimit: configuration.backlogLimit, on: loop,
            trouble: { [unowned self] in logger.error("\($0)") },
            accept: { [unowned self] in accept($0, endpoint.kind) })
    }

    private func accept(_ transport: any Connection, _ kind: TransportKind) -> any ConnectionHandler {
        counters.connections += 1
        let connection = ServerConnection(server: self, transport: transport, kind: kind)
        connection.arrive()
        expect(.desktop(connection.token))
        return connection
    }

    /// TLS is for streams: SPX and NetBEUI carry none here.
    func security(over transport: any Connection) -> ServerSecurity {
        transport is any DriverConnection ? securityWithoutTLS : configuration.security
    }

    // MARK: Sessions

    /// Changes the session table and publishes what came of it. A change that is refused has no effect.
    func change<Result>(_ body: (inout SessionTable, MonotonicTime) throws(Refusal) -> Result) throws(Refusal) -> Result {
        defer { beliefs.publish(sessions.takeEvents()) }
        return try body(&sessions, loop.now)
    }

    /// As ``change(_:)``, for changes that may come too late to be possible.
    func changeIfPossible(_ body: (inout SessionTable, MonotonicTime) throws(Refusal) -> Void) {
        do throws(Refusal) { try change(body) } catch { logger.debug("\(error)") }
    }

    func logon(
        _ id: SessionID, _ token: SlabHandle, user: String, clientName: String
    ) throws(Refusal) -> LogonOutcome {
        let outcome = try change { table, now throws(Refusal) in
            try table.logon(id, user: user, clientName: clientName, at: now)
        }
        if outcome.resumed {
            counters.resumed += 1
            forget(id)
            show(outcome.session, by: token)
        }
        if !outcome.held.isEmpty { counters.blocked += 1 }
        return outcome
    }

    /// A new cookie for a session's new client; whatever was given out before is good for nothing. Clients of this kit get
    /// none: their users come back by themselves.
    func makeReconnectCookie(for id: SessionID, isStock: Bool) -> AutoReconnectCookie? {
        guard isStock else {
            reconnectSecrets[id] = nil
            return nil
        }
        let secret = configuration.security.random(AutoReconnectCookie.secretLength)
        reconnectSecrets[id] = secret
        return AutoReconnectCookie(session: id.rawValue, secret: secret)
    }

    /// Whether a client proves that it is the one that its user's session had.
    func admits(_ request: LogonRequest) -> Bool {
        guard let claim = request.autoReconnect else { return false }
        let id = SessionID(rawValue: claim.session)
        guard let user = sessions[id]?.user, user.lowercased() == request.user.lowercased(),
            let secret = reconnectSecrets[id], claim.proves(secret)
        else { return false }
        logger.info("session \(id): its client reconnects by itself")
        return true
    }

    func show(_ id: SessionID, by token: SlabHandle) {
        let index = Int(id.rawValue)
        if index >= shownBy.count {
            shownBy.append(contentsOf: repeatElement(.none, count: index + 1 - shownBy.count))
        }
        shownBy[index] = token
    }

    /// The session has no connection any more.
    func forget(_ id: SessionID) { shownBy[Int(id.rawValue)] = .none }

    /// The connection that shows a session; none where it has none.
    func token(showing id: SessionID) -> SlabHandle {
        Int(id.rawValue) < shownBy.count ? shownBy[Int(id.rawValue)] : .none
    }

    func connection(showing id: SessionID) -> ServerConnection? { connections[token(showing: id)] }

    /// Takes everybody's sessions down for the desktops' lists, if that was done too long ago.
    func updateBoard() {
        // The list is in the tiles that desktops have in common.
        if board.update(sessions, at: loop.now) { commonTiles = CommonTiles() }
    }

    func type(_ characters: [Character], in id: SessionID) -> SessionProgram.Effect? {
        sessions.handleInput(of: id, at: loop.now) { SessionProgram.type(characters, in: &$0) }
    }

    // MARK: One writer for everybody

    /// The process's output buffer, empty. Whoever asks while it is out gets another.
    func takeWriter() -> ByteWriter {
        defer { spareWriter = nil }
        return spareWriter ?? ByteWriter(reservingCapacity: 64 * 1024)
    }

    func giveBack(_ writer: consuming ByteWriter) {
        writer.removeAll()
        spareWriter = writer
    }

    // MARK: Time

    /// What a client owes the server within ``ServerConfiguration/handshakeDeadline``.
    enum Deadline {
        /// To get to its desktop.
        case desktop(SlabHandle)
        /// To send the rest of a PDU that it began. Noted only when a read ends within one, and once for a connection.
        case pdu(SlabHandle, UInt32)
    }

    func expect(_ deadline: Deadline) {
        deadlines.add(deadline, at: loop.now)
        if deadlineTimer == nil { awaitDeadlines() }
    }

    private func awaitDeadlines() {
        guard let next = deadlines.next else {
            // Nobody has come for a while: what a storm of logons took goes back.
            deadlines = DeadlineQueue(delay: configuration.handshakeDeadline)
            deadlineTimer = nil
            return ProcessMemory.giveBackFreePages()
        }
        deadlineTimer = loop.at(next) { [unowned self] in
            while let deadline = deadlines.popDue(at: loop.now) { judge(deadline) }
            awaitDeadlines()
        }
    }

    private func judge(_ deadline: Deadline) {
        let timeout = DurationText.format(configuration.handshakeDeadline)
        switch deadline {
        case .desktop(let token):
            guard let connection = connections[token], !connection.isActive else { return }
            counters.handshakeDeadlines += 1
            logger.warning("\(connection.transport.remoteAddress): no desktop within \(timeout); connection closed")
            connection.abandon(because: .handshakeDeadline)
        case .pdu(let token, let number):
            guard let connection = connections[token], let unfinished = connection.unfinishedPDU() else { return }
            // It has sent the rest, and is in the midst of another.
            guard unfinished == number else { return deadlines.add(.pdu(token, unfinished), at: loop.now) }
            counters.pduDeadlines += 1
            logger.warning("\(connection.transport.remoteAddress): half a PDU for \(timeout); connection closed")
            connection.abandon(because: .pduDeadline)
        }
    }

    func startWatching(_ token: SlabHandle) -> LivenessWatch? {
        let watch = monitor?.start(token, at: loop.now)
        awaitMonitor()
        return watch
    }

    private func awaitMonitor() {
        // A line that went down leaves nothing to wait for.
        guard let deadline = monitor?.nextDeadline else {
            (monitorTimer, monitorDeadline) = (nil, nil)
            return
        }
        guard monitorDeadline.map({ deadline < $0 }) ?? true else { return }
        monitorDeadline = deadline
        monitorTimer = loop.at(deadline.roundedUp(to: Self.probeGrain)) { [unowned self] in
            monitorDeadline = nil
            probe()
            awaitMonitor()
        }
    }

    private func probe() {
        while let effect = monitor?.next(at: loop.now) {
            switch effect {
            case .probe(let token, let sequence):
                connections[token]?.sendHeartbeat(sequence: sequence)
            case .dead(let token):
                connections[token]?.abandon(because: .heartbeatMissed)
            }
        }
    }

    private func tickClocks() {
        for connection in connections.elements where connection.isActive {
            connection.damage.add(connection.desktop.clock)
            connection.repaint()
        }
    }

    func startFlood(_ token: SlabHandle) {
        floods.insert(token)
        guard floodTimer == nil else { return }
        floodTimer = loop.every(SessionProgram.outputInterval) { [unowned self] in repaintFloods() }
    }

    func stopFlood(_ token: SlabHandle) {
        guard floods.remove(token) != nil, floods.isEmpty else { return }
        floodTimer = nil
    }

    private func repaintFloods() {
        counters.floodFrames += 1
        for token in floods {
            guard let connection = connections[token] else { continue }
            connection.damage.add(connection.desktop.program.page)
            connection.repaint()
        }
    }
}
