import EventLoop
import Liveness
import RDP
import Sessions
import Slab
import Time
import Wire

/// One client's connection: what its bytes mean is the endpoint's to say, what follows from that is decided here.
final class ServerConnection: ConnectionHandler {
    private(set) var transport: any Connection
    private unowned let server: TerminalServer
    private(set) var token: SlabHandle
    /// The session that this connection shows; nil once it has been taken from it, and for a client that was turned away
    /// at the door.
    private(set) var session: SessionID?
    var endpoint: ServerEndpoint
    private var keyboard = Keyboard()
    /// Why the client will be turned away as soon as it can be told (it can only be told after its client info).
    private var refusal: Refusal?
    private var resumed = false
    private var watch: LivenessWatch?
    private let listener: String
    /// When the client last sent anything.
    private(set) var lastHeard: MonotonicTime
    /// What of the desktop the client has not been shown yet.
    var dirty = Area.empty
    var isMinimised = false
    /// What is being shown, and how many of its tiles were sent; the rest follows once the client has taken them.
    private var unpainted: (Area, Int)?
    /// A line for the user above what the program shows.
    private(set) var notice: String?

    /// - Parameter listener: the name of the listener that the client came to.
    init(server: TerminalServer, transport: any Connection, listener: String) {
        self.server = server
        self.transport = transport
        self.listener = listener
        lastHeard = server.loop.now
        endpoint = ServerEndpoint(security: server.configuration.security)
        token = .none
        token = server.connections.add(self)
    }

    /// Takes a session for the client. Where there is none, it is turned away as soon as it can be told.
    ///
    /// - Parameter user: who is to log on, where that is known already.
    func arrive(resuming user: String? = nil) {
        do throws(Refusal) {
            let id = try server.change { table, now throws(Refusal) in
                try table.connect(
                    listener: listener, address: transport.remoteName, resuming: user, at: now)
            }
            refusal = nil
            session = id
            server.show(id, by: token)
        } catch {
            refusal = error
        }
    }

    var isActive: Bool { endpoint.isActive }

    // MARK: ConnectionHandler

    func connectionDidOpen(_ connection: any Connection) {}

    func connection(_ connection: any Connection, didReceive bytes: RawSpan) {
        server.counters.bytesReceived += bytes.byteCount
        lastHeard = server.loop.now
        if let watch { server.monitor?.heard(watch, at: lastHeard) }
        server.challenges?.heard(token)
        var output = server.takeWriter()
        defer { server.giveBack(output) }
        var input = ByteReader(bytes)
        do throws(RDPError) {
            while let event = try endpoint.next(&input, output: &output) {
                handle(event, &output)
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
        server.connections.remove(token)
    }

    // MARK: What the client does

    private func handle(_ event: ServerEvent, _ output: inout ByteWriter) {
        switch event {
        case .connectionRequested: break
        case .startTLS: startTLS(&output)
        case .negotiationFailed(let failure):
            server.counters.refusals += 1
            server.logger.notice("\(transport.remoteAddress): refused: X.224 Connection Request: \(failure)")
            leave(because: .refused)
            send(&output)
            transport.close(.orderly)
        case .heartbeatAnswered:
            server.counters.heartbeatsAnswered += 1
            if let watch { server.monitor?.answered(watch, at: lastHeard) }
        case .logonRequested(let request): logon(request, &output)
        case .activated: activate(&output)
        case .input(let events): type(events)
        case .outputSuppressed(let suppressed):
            isMinimised = suppressed
            if !suppressed { dirty = desktop.screen }
        case .refreshRequested(let areas):
            for area in areas { dirty = dirty.union(Area(area)) }
        case .channelMessage(SessionReport.logoffCommand):
            server.changeIfPossible { table, now throws(Refusal) in
                if let session { try table.terminate(session, because: .logoff, at: now) }
            }
            end(.loggedOffByUser, &output)
        case .channelMessage: break
        case .shutdownRequested: endpoint.denyShutdown(output: &output)
        case .disconnected:
            leave(because: .clientDisconnected)
            transport.close(.orderly)
        }
    }

    private func startTLS(_ output: inout ByteWriter) {
        send(&output)
        guard let context = server.configuration.tls else { return abandon(because: .protocolError) }
        do throws(TLSError) {
            transport = try transport.startTLS(context)
        } catch {
            server.logger.warning("\(transport.remoteAddress): \(error); connection closed")
            leave(because: .protocolError)
            server.connections.remove(token)
        }
    }

    private func logon(_ request: LogonRequest, _ output: inout ByteWriter) {
        guard server.admits(request)
            || server.configuration.users.admits(user: request.user, password: request.password)
        else {
            return refuse(.unknownUser(request.user), .insufficientPrivileges, &output)
        }
        let asked = server.challenges?.ask(forLogonOf: request.user, serverIsFull: refusal?.isFull == true) { [weak self] in
            guard let self, server.connections[token] === self else { return }
            if refusal != nil { arrive(resuming: request.user) }
            withOutput { self.admit(request, &$0) }
        }
        if asked != true { admit(request, &output) }
    }

    private func admit(_ request: LogonRequest, _ output: inout ByteWriter) {
        if let refusal { return refuse(refusal, .deniedConnection, &output) }
        guard let arriving = session else { return }
        do throws(Refusal) {
            let outcome = try server.logon(arriving, token, user: request.user, clientName: request.clientName)
            session = outcome.session
            resumed = outcome.resumed
            if !outcome.held.isEmpty {
                let ids = outcome.held.map(\.description).joined(separator: ", ")
                notice = "You also have session \(ids), which is Active and cannot be reconnected to."
            }
            endpoint.admit(output: &output)
        } catch {
            refuse(error, .deniedConnection, &output)
        }
    }

    private func refuse(_ refusal: Refusal, _ reason: ErrorInfo, _ output: inout ByteWriter) {
        server.counters.refusals += 1
        server.logger.notice("\(transport.remoteAddress): refused: \(refusal)")
        leave(because: .refused)
        endpoint.refuse(reason, output: &output)
        send(&output)
        transport.close(.orderly)
    }

    private func activate(_ output: inout ByteWriter) {
        guard let session, let record = server.sessions[session] else { return }
        server.counters.logons += 1
        endpoint.sendSessionInfo(session: session.rawValue, domain: "", user: record.user ?? "", output: &output)
        endpoint.sendReport(
            SessionReport(
                session: session.rawValue, resumed: resumed, keystrokes: record.application.keystrokes,
                text: record.application.text),
            output: &output)
        if let cookie = server.makeReconnectCookie(for: session, isStock: !endpoint.hasReportChannel) {
            endpoint.sendAutoReconnectCookie(cookie, output: &output)
        }
        dirty = desktop.screen
        guard watch == nil, server.monitor != nil else { return }
        if endpoint.heartbeatKind == .none {
            server.logger.warning("session \(session): the client can answer no heartbeat and is not watched")
        } else {
            watch = server.startWatching(token)
        }
    }

    private func type(_ events: [InputEvent]) {
        guard let session else { return }
        for event in events {
            guard let character = keyboard.character(for: event) else { continue }
            server.stopFlood(token)
            let effect = server.type(character, in: session)
            if effect == .startFlood { server.startFlood(token) }
            dirty = dirty.union(desktop.page)
        }
    }

    // MARK: What the server does

    func sendHeartbeat(sequence: UInt16) {
        server.counters.heartbeatsSent += 1
        withOutput { endpoint.sendHeartbeat(sequence: sequence, output: &$0) }
    }

    /// Shows the user a line of text.
    func show(notice: String) {
        self.notice = notice
        dirty = dirty.union(desktop.page)
        repaint()
    }

    /// Ends the connection of a session that is no longer its, and tells the client why.
    func end(_ reason: ErrorInfo?) {
        withOutput { end(reason, &$0) }
    }

    private func end(_ reason: ErrorInfo?, _ output: inout ByteWriter) {
        if let session { server.forget(session) }
        session = nil
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

    private func leave(because reason: ChangeReason) {
        stopWatching()
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
        server.stopFlood(token)
        if let watch { server.monitor?.stop(watch) }
        watch = nil
    }

    func withOutput(_ body: (inout ByteWriter) -> Void) {
        var output = server.takeWriter()
        body(&output)
        send(&output)
        server.giveBack(output)
    }

    private func send(_ output: inout ByteWriter) {
        guard !output.isEmpty else { return }
        server.counters.bytesSent += output.count
        let outcome = transport.send(output.bytes.span.bytes)
        output.removeAll()
        if outcome == .refused { abandon(because: .overflow) }
    }

    // MARK: Drawing

    var desktop: Desktop { Desktop(width: endpoint.desktopWidth, height: endpoint.desktopHeight) }

    /// Shows the client what has changed, if it can be shown now.
    func repaint() {
        guard !dirty.isEmpty || unpainted != nil else { return }
        withOutput { paint(&$0) }
    }

    /// Nothing is drawn for a minimised client, nor for one that has not yet taken what was drawn before: what it misses
    /// stays marked, and is drawn once, as it then is. So no more than some tiles ever wait for a client.
    private func paint(_ output: inout ByteWriter) {
        guard isActive, !isMinimised, let session, !dirty.isEmpty || unpainted != nil, transport.backlog == 0 else { return }
        let content = server.content(of: session, notice: notice, columns: desktop.columns)
        while let (area, first) = unpainted ?? takeDirty() {
            let shelf = shelf(for: area)
            var number = first
            while let tile = area.tile(number, side: TerminalServer.tileSide) {
                if let shelf, desktop.isCommon(tile, showing: content) {
                    paint(tile, number, content, on: shelf, into: &output)
                } else {
                    paint(tile, content, into: &output)
                }
                number += 1
                guard output.count >= Self.paintedAtOnce else { continue }
                unpainted = (area, number)
                send(&output)
                guard self.session != nil, transport.backlog == 0 else { return }
            }
            unpainted = nil
        }
    }

    /// Bytes of drawing handed to the transport in one piece.
    private static let paintedAtOnce = 16 * 1024

    private func takeDirty() -> (Area, Int)? {
        let area = dirty.widened(toColumnsOf: 4).intersection(desktop.screen)
        dirty = .empty
        return area.isEmpty ? nil : (area, 0)
    }

    /// Where the tiles are kept that other desktops of this look have in common with this one; nil where a tile of `area`
    /// may not be one of the whole desktop's, or not be the same bytes.
    private func shelf(for area: Area) -> Int? {
        guard area == desktop.screen, endpoint.sendsPlainly else { return nil }
        let look = CommonTiles.Look(
            desktopWidth: area.width, desktopHeight: area.height, omitsBitmapHeaders: endpoint.omitsBitmapHeaders)
        return server.commonTiles.shelf(for: look, tiles: area.tiles(side: TerminalServer.tileSide))
    }

    /// Takes the bytes of a common tile, and paints it where it is the first of its look.
    private func paint(
        _ tile: Area, _ number: Int, _ content: DesktopContent, on shelf: Int, into output: inout ByteWriter
    ) {
        let start = output.count
        output.append(server.commonTiles.tile(number, on: shelf))
        guard output.count == start else { return }
        paint(tile, content, into: &output)
        server.commonTiles.keep(output.bytes[start...], as: number, on: shelf)
    }

    private func paint(_ tile: Area, _ content: DesktopContent, into output: inout ByteWriter) {
        desktop.paint(tile, showing: content, on: &server.canvas)
        endpoint.sendBitmap(
            left: tile.left, top: tile.top, width: tile.width, pixels: server.canvas.pixels, output: &output)
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
