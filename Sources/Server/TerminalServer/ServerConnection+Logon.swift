import EventLoop
import Liveness
import RDP
import Sessions
import Slab
import Time
import Transport
import Wire

// From the name that a client gives to the desktop that its user sees.
extension ServerConnection {
    func countAsKnown() {
        guard isUnauthenticated else { return }
        isUnauthenticated = false
        server.isUnauthenticatedNoMore()
    }

    func logon(_ request: LogonRequest, _ output: inout ByteWriter) {
        do throws(Refusal) {
            try server.authenticate(request, from: transport.remoteAddress)
        } catch {
            return refuse(error, .insufficientPrivileges, &output)
        }
        countAsKnown()
        let asked = server.challenges?.ask(forLogonOf: request.user, serverIsFull: server.sessions.fullness != nil) { [weak self] in
            guard let self, server.connections[token] === self else { return }
            withOutput { self.admit(request, &$0) }
        }
        if asked != true { admit(request, &output) }
    }

    func admit(_ request: LogonRequest, _ output: inout ByteWriter) {
        // Clients of this kit have nobody to pick.
        let sessions = endpoint.hasReportChannel ? [] : server.sessions.disconnectedSessions(of: request.user, most: SessionChooser.most)
        if sessions.count > 1, server.sessions.fullness == nil || server.challenges != nil {
            chooser = SessionChooser(request, sessions, on: server.loop) { [unowned self] in
                withOutput { self.perform(.choose(0), &$0) }
                repaint()
            }
            boxes = [SessionChooser.box(of: sessions, at: server.loop.now)]
            return endpoint.admit(output: &output)
        }
        if enter(request, choice: nil, &output) { endpoint.admit(output: &output) }
    }

    /// Gives the client its session, or turns it away.
    func enter(_ request: LogonRequest, choice: SessionID?, _ output: inout ByteWriter) -> Bool {
        guard let arriving = session else { return false }
        do throws(Refusal) {
            let outcome = try server.logon(
                arriving, token, user: request.user, clientName: request.clientName, choice: choice)
            session = outcome.session
            resumed = outcome.resumed
            if !outcome.held.isEmpty { boxes = [server.explanation(of: outcome)] }
            return true
        } catch {
            refuse(error, .deniedConnection, &output)
            return false
        }
    }

    /// Does what the user chose on his desktop.
    func refuse(_ refusal: Refusal, _ reason: ErrorInfo, _ output: inout ByteWriter) {
        server.counters.refusals += 1
        server.logger.notice("\(transport.remoteAddress): refused: \(refusal)")
        leave(because: .refused)
        endpoint.refuse(reason, output: &output)
        send(&output)
        transport.close(.orderly)
    }

    func activate(_ output: inout ByteWriter) {
        endpoint.sendPalette(VGA.palette, output: &output)
        damage = Damage()
        damage.add(desktop.screen)
        if chooser == nil { begin(&output) }
    }

    /// The client has its session's desktop, for the first time or again in another size.
    func begin(_ output: inout ByteWriter) {
        guard !hasDesktop, let session, let record = server.sessions[session] else { return }
        hasDesktop = true
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
        guard watch == nil, server.probes.areOn else { return }
        if endpoint.heartbeatKind == .none {
            server.logger.warning("session \(session): the client can answer no heartbeat and is not watched")
        } else {
            watch = server.probes.start(token)
        }
    }
}
