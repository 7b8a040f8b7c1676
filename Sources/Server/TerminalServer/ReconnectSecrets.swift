import RDP
import Sessions

/// What the client that a session has or last had can come back with by itself: a secret a session, which ends with the
/// session, and with the next client's.
struct ReconnectSecrets {
    private var secrets: [SessionID: [UInt8]] = [:]

    /// A new cookie for a session's new client; whatever was given out before is good for nothing.
    mutating func renew(for id: SessionID, with security: ServerSecurity) -> AutoReconnectCookie {
        let secret = security.random(AutoReconnectCookie.secretLength)
        secrets[id] = secret
        return AutoReconnectCookie(session: id.rawValue, secret: secret)
    }

    mutating func forget(_ id: SessionID) { secrets[id] = nil }

    /// Whether who claims to be the client that a session had proves it.
    func admits(_ claim: AutoReconnectClaim) -> Bool {
        secrets[SessionID(rawValue: claim.session)].map { claim.proves($0) } ?? false
    }
}
