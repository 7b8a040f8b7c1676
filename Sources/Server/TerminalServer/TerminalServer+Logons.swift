import EventLoop
import RDP
import Sessions
import Slab
import Wire

// Who is let in, and to which session.
extension TerminalServer {
    /// Whether a user is who he says: by his password, or because his client proves that it had his session.
    ///
    /// - Throws: why he may not log on.
    func authenticate(_ request: LogonRequest, from peer: SocketAddress) throws(Refusal) {
        // No account has such a name, and it is in every list, event and log line from here on.
        guard request.user.unicodeScalars.allSatisfy(PrintableText.isPrintable) else { throw .unknownUser(request.user) }
        if isReconnecting(request) { return }
        let users = configuration.users
        guard case .listed = users else {
            guard users.admits(user: request.user, password: request.password) else { throw .unknownUser(request.user) }
            return
        }
        let (address, now) = (peer.network, loop.now)
        let name = users.lists(request.user) && !isHome(address, of: request.user) ? request.user : nil
        if let wait = backoff.wait(address: address, name: name, at: now) {
            counters.delayedLogons += 1
            throw .tooManyFailures(wait: .seconds(Int(wait.inSeconds.rounded(.up))))
        }
        guard users.admits(user: request.user, password: request.password) else {
            counters.wrongPasswords += 1
            backoff.failed(address: address, name: name, at: now)
            throw .unknownUser(request.user)
        }
        backoff.succeeded(name: request.user)
    }

    /// Whether a user has a session with a client at this address: guessers elsewhere do not keep him from coming back.
    private func isHome(_ address: String, of user: String) -> Bool {
        let (active, disconnected) = (sessions.activeSessions(of: user, most: 4), sessions.disconnectedSessions(of: user, most: 4))
        return (active + disconnected).contains { session in
            session.client.flatMap { SocketAddress(parsing: $0.address)?.network } == address
        }
    }

    /// Whether a client proves that it is the one that its user's session had.
    private func isReconnecting(_ request: LogonRequest) -> Bool {
        guard let claim = request.autoReconnect else { return false }
        let id = SessionID(rawValue: claim.session)
        guard let user = sessions[id]?.user, user.lowercased() == request.user.lowercased(), reconnectSecrets.admits(claim)
        else { return false }
        logger.info("session \(id): its client reconnects by itself")
        return true
    }

    /// Where challenges are made, a user's Disconnected session is his however full the server is: others made room.
    func logon(
        _ id: SessionID, _ token: SlabHandle, user: String, clientName: String, choice: SessionID?
    ) throws(Refusal) -> LogonOutcome {
        let outcome = try change { table, now throws(Refusal) in
            // A computer's name has fifteen characters (NetBIOS); what is none of a name is shown for what it is.
            let client = PrintableText.escaped(clientName, limit: 15)
            return try table.logon(id, user: user, clientName: client, choice: choice, isAwaited: challenges != nil, at: now)
        }
        if outcome.resumed {
            counters.resumed += 1
            forget(id)
            show(outcome.session, by: token)
        }
        if !outcome.held.isEmpty { counters.blocked += 1 }
        return outcome
    }

    /// A new cookie for a session's new client. Clients of this kit get none: their users come back by themselves.
    func makeReconnectCookie(for id: SessionID, isStock: Bool) -> AutoReconnectCookie? {
        guard isStock else {
            reconnectSecrets.forget(id)
            return nil
        }
        return reconnectSecrets.renew(for: id, with: configuration.security)
    }
}

extension SocketAddress {
    /// Whom an address belongs to, as far as can be told: an IPv4 address, or the half of an IPv6 one that a network is given.
    var network: String {
        switch self {
        case .ipv4(let address, _): String(address, radix: 16)
        case .ipv6(let high, _, _): String(high, radix: 16) + "::"
        case .unix: "unix"
        }
    }
}
