import EventLoop
import Liveness
import RDP
import Sessions
import Slab
import Time
import Transport
import Wire

/// One client's connection: what its bytes mean is the endpoint's to say, what follows from that is decided here.
final class ServerConnection: ConnectionHandler {
    private(set) var transport: any Connection
    unowned let server: TerminalServer
    private(set) var token: SlabHandle
    /// The session that this connection shows; nil once it has been taken from it.
    var session: SessionID?
    // Small things stand together, where they fill what alignment leaves: there are as many of these as clients.
    var keyboard = Keyboard()
    var resumed = false
    private let kind: TransportKind
    var watch: LivenessWatch?
    var isMinimised = false
    /// Whether the client has had its desktop, and a new one is no logon.
    var hasDesktop = false
    /// Whether it is noted that the client owes the rest of a PDU, or a desktop.
    private var owesPDU = false
    private var owesDesktop = false
    /// Which of the desktops that the client was offered it owes.
    private var desktopNumber: UInt8 = 0
    /// Whether its user has not logged on.
    var isUnauthenticated = true
    /// Whether it is in the ``PaintQueue``.
    var awaitsPainting = false
    /// Which of the lists of sessions was drawn last; 0 before the first.
    var shownList: UInt32 = 0
    var endpoint: ServerEndpoint
    /// When the client last sent anything.
    private(set) var lastHeard: MonotonicTime
    /// What of the desktop the client has not been shown yet.
    var damage = Damage()
    /// Messages to the user, the one in front last.
    var boxes: [MessageBox] = []
    /// What hardly any connection has, out of the way of all the others.
    private var aside: Aside?

    /// - Parameter kind: of the listener that the client came to.
    init(server: TerminalServer, transport: any Connection, kind: TransportKind) {
        self.server = server
        self.transport = transport
        self.kind = kind
        lastHeard = server.loop.now
        endpoint = ServerEndpoint(security: server.security(over: transport))
        token = .none
        token = server.connections.add(self)
        let name = transport.remoteName
        let id = server.arrive(at: kind, from: name)
        session = id
        server.show(id, by: token)
        expectDesktop()
    }

    var isActive: Bool { endpoint.isActive }

    /// What a user has done to his desktop, and has to do; nil for an untouched one.
    private final class Aside {
        var view = DesktopView()
        var chooser: SessionChooser?
    }

    /// How the user has arranged his desktop.
    var view: DesktopView {
        get { aside?.view ?? DesktopView() }
        set { changeAside { $0.view = newValue } }
    }

    /// Where the user has to pick one of his sessions first.
    var chooser: SessionChooser? {
        get { aside?.chooser }
        set { if newValue != nil || aside != nil { changeAside { $0.chooser = newValue } } }
    }

    private func changeAside(_ body: (Aside) -> Void) {
        let aside = aside ?? Aside()
        body(aside)
        self.aside = aside.view == DesktopView() && aside.chooser == nil ? nil : aside
    }

    // MARK: ConnectionHandler

    func connectionDidOpen(_ connection: any Connection) {}

    func connection(_ connection: any Connection, didReceive bytes: RawSpan) {
        server.counters.bytesReceived += bytes.byteCount
        lastHeard = server.loop.now
        if let watch { server.probes.heard(watch, at: lastHeard) }
        server.challenges?.heard(token)
        var output = server.takeWriter()
        defer { server.giveBack(output) }
        var input = ByteReader(bytes)
        var turn = InputTurn()
        do throws(RDPError) {
            while let event = try endpoint.next(&input, output: &output) {
                handle(event, &turn, &output)
            }
            settle(turn, bytes: bytes.byteCount)
            if let command = turn.command { perform(command, &output) }
            if let pdu = endpoint.unfinishedPDU, !owesPDU, isActive {
                owesPDU = true
                server.deadlines.expectRest(of: pdu, from: token)
            }
            paint(&output)
            send(&output)
        } catch {
            send(&output)
            server.counters.protocolErrors += 1
            server.logger.warning("\(transport.remoteAddress): \(error); connection closed")
            leave(because: .protocolError)
            transport.close(.abort)
        }
    }

    func connectionDidDrain(_ connection: any Connection) {
        repaint()
    }

    func connection(_ connection: any Connection, didCloseWith reason: CloseReason) {
        if case .insecure = reason {
            server.counters.protocolErrors += 1
            server.logger.warning("\(transport.remoteAddress): \(reason); connection closed")
        }
        leave(because: ChangeReason(reason))
        remove()
    }

    // MARK: What the client does

    private func handle(_ event: ServerEvent, _ turn: inout InputTurn, _ output: inout ByteWriter) {
        switch event {
        case .connectionRequested: break
        case .startTLS: startTLS(&output)
        case .negotiationFailed(let failure):
            server.counters.refusals += 1
            server.logger.notice("\(transport.remoteAddress): refused: X.224 Connection Request: \(failure)")
            leave(because: .refused)
            send(&output)
            transport.close(.orderly)
        case .heartbeatAnswered(let sequence):
            server.counters.heartbeatsAnswered += 1
            if let watch { server.probes.answered(watch, sequence: sequence, at: lastHeard) }
        case .logonRequested(let request): logon(request, &output)
        case .activated: activate(&output)
        case .input(let events): handle(events, &turn)
        case .outputSuppressed(let suppressed):
            isMinimised = suppressed
            if !suppressed { damage.add(desktop.screen) }
        case .refreshRequested(let areas):
            for area in areas { damage.add(Area(area)) }
        case .resizeRequested(let width, let height):
            turn.layout = nil
            resize(width, height, &output)
        case .channelMessage(SessionReport.logoffCommand): logOff(&output)
        case .channelMessage: break
        case .shutdownRequested: endpoint.denyShutdown(output: &output)
        case .disconnected:
            leave(because: .clientDisconnected)
            transport.close(.orderly)
        }
    }

    /// What the client owes of a PDU. Where it owes nothing, it is noted no more.
    func unfinishedPDU() -> UInt32? {
        owesPDU = endpoint.unfinishedPDU != nil
        return endpoint.unfinishedPDU
    }

    /// The client's window has another size. It may go astray on the way to the new desktop as it may to its first.
    private func resize(_ width: UInt32, _ height: UInt32, _ output: inout ByteWriter) {
        guard endpoint.resize(width: width, height: height, output: &output) else { return }
        desktopNumber &+= 1
        expectDesktop()
    }

    /// Noted once for a connection, however often its desktop changes.
    private func expectDesktop() {
        guard !owesDesktop else { return }
        owesDesktop = true
        server.deadlines.expectDesktop(of: token, number: desktopNumber)
    }

    /// Which desktop the client has not got to. Where it has, it is noted no more.
    func owedDesktop() -> UInt8? {
        owesDesktop = !isActive
        return isActive ? nil : desktopNumber
    }

    private func startTLS(_ output: inout ByteWriter) {
        send(&output)
        guard let context = server.configuration.tls else { return abandon(because: .protocolError) }
        do throws(TLSError) {
            transport = try transport.startTLS(context)
        } catch {
            server.logger.warning("\(transport.remoteAddress): \(error); connection closed")
            leave(because: .protocolError)
            remove()
        }
    }

    private func remove() {
        server.connections.remove(token)
        countAsKnown()
    }

    func perform(_ command: InputTurn.Command, _ output: inout ByteWriter) {
        switch command {
        case .choose(let number):
            guard let chosen = chooser else { return }
            chooser = nil
            boxes = []
            guard enter(chosen.request, choice: chosen.sessions[number], &output) else { return }
            damage.add(desktop.screen)
            if isActive { begin(&output) }
        case .disconnect:
            leave(because: .clientDisconnected)
            end(.disconnectedByUser, &output)
        case .logOff: logOff(&output)
        }
    }

    private func logOff(_ output: inout ByteWriter) {
        server.changeIfPossible { table, now throws(Refusal) in
            if let session { try table.terminate(session, because: .logoff, at: now) }
        }
        end(.loggedOffByUser, &output)
    }

    // MARK: What the server does

    func sendHeartbeat(sequence: UInt16) {
        server.counters.heartbeatsSent += 1
        withOutput { endpoint.sendHeartbeat(sequence: sequence, output: &$0) }
    }

    /// Ends the connection of a session that is no longer its, and tells the client why.
    func end(_ reason: ErrorInfo?) {
        withOutput { end(reason, &$0) }
    }

    private func end(_ reason: ErrorInfo?, _ output: inout ByteWriter) {
        if let session { server.forget(session) }
        session = nil
        chooser = nil
        stopWatching()
        endpoint.end(reason, output: &output)
        send(&output)
        transport.close(.orderly)
    }

    /// Takes the client for gone: what becomes of its session is the session table's to say. The reset that goes out is
    /// for a client that may be there after all.
    func abandon(because reason: ChangeReason) {
        leave(because: reason)
        transport.close(.abort)
    }

    func leave(because reason: ChangeReason) {
        stopWatching()
        chooser = nil
        guard let session else { return }
        self.session = nil
        server.changeIfPossible { table, now throws(Refusal) in
            if reason == .clientDisconnected, table[session]?.state == .active {
                try table.disconnect(session, because: reason, at: now)
            } else {
                table.connectionBroke(session, because: reason, at: now)
            }
        }
        server.forget(session)
    }

    private func stopWatching() {
        server.busyPrograms.remove(token)
        if let watch { server.probes.stop(watch) }
        watch = nil
    }

    func withOutput(_ body: (inout ByteWriter) -> Void) {
        var output = server.takeWriter()
        body(&output)
        send(&output)
        server.giveBack(output)
    }

    func send(_ output: inout ByteWriter) {
        guard !output.isEmpty else { return }
        server.counters.bytesSent += output.count
        let outcome = transport.send(output.bytes.span.bytes)
        output.removeAll()
        if outcome == .refused { abandon(because: .overflow) }
    }

}

extension ChangeReason {
    /// What a transport's reason to close says of the client.
    init(_ reason: CloseReason) {
        self =
            switch reason {
            case .peerClosed, .local: .peerClosed
            case .reset, .refused, .insecure, .failed: .peerReset
            case .timedOut: .timedOut
            case .unreachable: .unreachable
            }
    }
}

extension Area {
    init(_ rectangle: InclusiveRectangle) {
        self.init(
            left: Int(rectangle.left), top: Int(rectangle.top), right: Int(rectangle.right) + 1,
            bottom: Int(rectangle.bottom) + 1)
    }
}
