import EventLoop
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
/// The object holds what all connections share, each part in a file of its own. What a client says is
/// ``ServerConnection``'s business, and the rules of sessions are ``SessionTable``'s.
public final class TerminalServer {
    /// The desktop goes out in squares of this many pixels a side.
    static let tileSide = 64

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
    var board = SessionBoard()
    let beliefs: BeliefLog
    private var screens = SessionScreens()
    var reconnectSecrets = ReconnectSecrets()
    var backoff = LogonBackoff()
    private var unauthenticated: UnauthenticatedPeers
    private var listeners = Listeners()
    private var admin: HTTPServer?
    private var spareWriter: ByteWriter?

    private(set) lazy var probes = LivenessProbes(of: self, configuration.liveness)
    private(set) lazy var deadlines = HandshakeDeadlines(of: self, configuration.handshakeDeadline)
    private(set) lazy var busyPrograms = BusyPrograms(of: self)
    private(set) lazy var paintQueue = PaintQueue(of: self)
    private var clocks: TaskbarClocks?
    private(set) var challenges: ChallengeDesk?
    private lazy var securityWithoutTLS = configuration.security.withoutTLS
    private var shutDownTimer: Timer?

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
        unauthenticated = UnauthenticatedPeers(limit: configuration.unauthenticatedLimit)
        beliefs = BeliefLog(logger: logger)
        // Hears of its line from now on.
        _ = probes
        if let timeout = configuration.liveness.challengeTimeout { challenges = ChallengeDesk(server: self, timeout: timeout) }
        try listeners.listen(
            configuration, on: loop, trouble: { [unowned self] in self.logger.error("\($0)") },
            accept: { [unowned self] in accept($0, $1) })
        if let address = configuration.admin {
            let face = AdminFace(server: self, access: try AdminAccess(address: address, token: configuration.adminToken))
            admin = try HTTPServer(on: loop, address: address) { face.answer($0) }
        }
        clocks = configuration.effectiveClockInterval.map { TaskbarClocks(of: self, every: $0) }
    }

    /// Where it really listens.
    public var endpoints: [Endpoint] { listeners.endpoints }
    public var adminAddress: SocketAddress? { admin?.address }

    /// What each listener's own watchdog has cost, by the listener's name.
    var watchdogTraffic: [(listener: String, traffic: LivenessTraffic)] { listeners.watchdogTraffic }

    /// Tells every client that the server ends, and ends once they had time to hear it.
    public func shutDown() {
        guard !listeners.isEmpty else { return loop.stop() }
        logger.notice("shutting down: \(connections.count) connections, \(sessions.count(.active)) active sessions")
        listeners.close()
        for connection in connections.elements {
            if let id = connection.session {
                changeIfPossible { table, now throws(Refusal) in table.connectionBroke(id, because: .shutdown, at: now) }
            }
            connection.end(.serverShutDown)
        }
        beliefs.end()
        shutDownTimer = loop.after(.milliseconds(200)) { [unowned self] in loop.stop() }
    }

    // MARK: Connections

    private func accept(_ transport: any Connection, _ kind: TransportKind) -> any ConnectionHandler {
        counters.connections += 1
        let connection = ServerConnection(server: self, transport: transport, kind: kind)
        let oldest = unauthenticated.add(connection.token) { connections[$0]?.isUnauthenticated == true }
        if let oldest, let connection = connections[oldest] {
            counters.unauthenticatedDropped += 1
            logger.warning(
                "\(connection.transport.remoteAddress): more than \(configuration.unauthenticatedLimit) clients that have not logged on; connection closed"
            )
            connection.abandon(because: .refused)
        }
        return connection
    }

    /// A connection's user has logged on, or it is gone without one.
    func isUnauthenticatedNoMore() { unauthenticated.remove() }

    /// TLS is for streams: SPX and NetBEUI carry none here.
    func security(over transport: any Connection) -> ServerSecurity {
        transport is any DriverConnection ? securityWithoutTLS : configuration.security
    }

    func show(_ id: SessionID, by token: SlabHandle) { screens[id] = token }

    /// The session has no connection any more.
    func forget(_ id: SessionID) { screens[id] = .none }

    /// The connection that shows a session; none where it has none.
    func token(showing id: SessionID) -> SlabHandle { screens[id] }

    func connection(showing id: SessionID) -> ServerConnection? { connections[screens[id]] }

    // MARK: Sessions

    /// A session for a client that comes to a listener.
    func arrive(at kind: TransportKind, from address: String) -> SessionID {
        defer { publish(sessions.takeEvents()) }
        return sessions.connect(listener: kind.listenerName, address: address, at: loop.now)
    }

    /// Changes the session table and publishes what came of it. A change that is refused has no effect.
    func change<Result>(_ body: (inout SessionTable, MonotonicTime) throws(Refusal) -> Result) throws(Refusal) -> Result {
        defer { publish(sessions.takeEvents()) }
        return try body(&sessions, loop.now)
    }

    /// As ``change(_:)``, for changes that may come too late to be possible.
    func changeIfPossible(_ body: (inout SessionTable, MonotonicTime) throws(Refusal) -> Void) {
        do throws(Refusal) { try change(body) } catch { logger.debug("\(error)") }
    }

    private func publish(_ events: [SessionEvent]) {
        // Another session will have its number.
        for event in events where event.to == .down { reconnectSecrets.forget(event.session) }
        beliefs.publish(events)
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
}
