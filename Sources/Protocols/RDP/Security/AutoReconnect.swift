import COpenSSL
import Wire

/// What a server gives a client so that the client can come back without its user (ARC_SC_PRIVATE_PACKET, MS-RDPBCGR
/// 2.2.4.2, 5.5).
public struct AutoReconnectCookie: Equatable, Sendable {
    public var session: UInt32
    /// Known to this server and this client.
    public var secret: [UInt8]

    public static let secretLength = 16
    static let length: UInt32 = 28
    static let version: UInt32 = 1
    /// INFOTYPE_LOGON_EXTENDED_INFO with LOGON_EX_AUTORECONNECTCOOKIE (2.2.10.1, 2.2.10.1.1.4).
    private static let extendedInfo: UInt32 = 3
    private static let cookiePresent: UInt32 = 1
    private static let padding = 570

    public init(session: UInt32, secret: [UInt8]) {
        self.session = session
        self.secret = secret
    }

    /// Writes the cookie as the data of a Save Session Info PDU.
    func encode(into output: inout ByteWriter) {
        output.u32le(Self.extendedInfo)
        output.u16le(2 + 4 + 4 + UInt16(Self.length))
        output.u32le(Self.cookiePresent)
        output.u32le(Self.length)
        output.u32le(Self.length)
        output.u32le(Self.version)
        output.u32le(session)
        output.append(secret)
        output.zeros(Self.padding)
    }
}

/// A client's claim to a session that it had (ARC_CS_PRIVATE_PACKET, MS-RDPBCGR 2.2.4.3).
public struct AutoReconnectClaim: Equatable, Sendable {
    public var session: UInt32
    private var verifier: [UInt8]
    private var clientRandom: [UInt8]

    /// - Parameter clientRandom: what the client gave for keys on this connection; zeros where there are none (5.5).
    @_lifetime(reader: copy reader)
    package init(from reader: inout ByteReader, clientRandom: [UInt8]?) throws(WireError) {
        let length = try reader.u32le("cbLen")
        guard length == AutoReconnectCookie.length else { throw .invalid(field: "auto-reconnect cookie length", value: UInt64(length)) }
        let version = try reader.u32le("Version")
        guard version == AutoReconnectCookie.version else {
            throw .invalid(field: "auto-reconnect cookie version", value: UInt64(version))
        }
        session = try reader.u32le("LogonId")
        verifier = try reader.array(AutoReconnectCookie.secretLength, "SecurityVerifier")
        self.clientRandom = clientRandom ?? Array(repeating: 0, count: SessionKeys.randomLength)
    }

    /// Whether the client knows the secret that the session's last client was given.
    public func proves(_ secret: [UInt8]) -> Bool {
        let expected = Self.verifier(secret, clientRandom)
        return expected.count == verifier.count && CRYPTO_memcmp(expected, verifier, verifier.count) == 0
    }

    static func verifier(_ secret: [UInt8], _ clientRandom: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: AutoReconnectCookie.secretLength)
        HMAC(EVP_md5(), secret, Int32(secret.count), clientRandom, clientRandom.count, &digest, nil)
        return digest
    }
}
