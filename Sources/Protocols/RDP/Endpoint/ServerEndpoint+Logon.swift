import Wire

// What the client says before it is let in: its half of the keys, and who its user is.
extension ServerEndpoint {
    @_lifetime(pdu: copy pdu)
    mutating func receiveLogon(_ flags: UInt16, _ pdu: inout ByteReader) throws(WireError) -> ServerEvent? {
        let known = try known()
        if flags & SecurityHeader.exchange != 0 {
            try receiveSecurityExchange(flags, &pdu, known)
            return nil
        }
        reading = "Client Info"
        guard flags & SecurityHeader.info != 0, known.pendingKeys == nil else {
            throw .invalid(field: "security header flags", value: UInt64(flags))
        }
        let info = try ClientInfo(from: &pdu)
        phase = .admission
        handshake = .absent
        var claim: AutoReconnectClaim?
        if !info.autoReconnectCookie.isEmpty {
            reading = "auto-reconnect cookie"
            var cookie = ByteReader(info.autoReconnectCookie.span.bytes)
            claim = try AutoReconnectClaim(from: &cookie, clientRandom: known.clientRandom)
        }
        return .logonRequested(
            LogonRequest(
                user: info.user, domain: info.domain, password: info.password,
                clientName: known.core?.name ?? "", clientBuild: known.core?.build ?? 0, autoReconnect: claim))
    }

    /// From here on both ends have keys (MS-RDPBCGR 5.3.4, 5.3.5).
    @_lifetime(pdu: copy pdu)
    private mutating func receiveSecurityExchange(
        _ flags: UInt16, _ pdu: inout ByteReader, _ known: Handshake
    ) throws(WireError) {
        reading = "Security Exchange"
        // rdesktop may send one although no encryption was chosen: there is nothing to exchange.
        guard let pending = known.pendingKeys, let key = known.serverSecurity.key() else { return }
        let random = try SecurityExchange.readRandom(with: key, &pdu)
        let keys = SessionKeys(pending.method, clientRandom: random, serverRandom: pending.random)
        security = SecurityLayer(keys, pending.method, known.serverSecurity.level, asServer: true)
        takesEncryptedLicensing = flags & SecurityHeader.licenseEncryption != 0
        handshake.value?.pendingKeys = nil
        handshake.value?.clientRandom = random
    }
}
