import Synchronization

/// Where random bytes come from; tests give their own.
public typealias RandomSource = @Sendable (_ count: Int) -> [UInt8]

/// The kernel's random bytes.
public let systemRandom: RandomSource = { count in
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
}

/// How a server secures its connections; one for all of them.
public final class ServerSecurity: Sendable {
    /// What the server says to TLS.
    public enum TLS: Sendable {
        /// It has none: standard RDP security for all.
        case never
        /// For clients that offer it.
        case offered
        /// Clients that do not offer it are turned away.
        case required
    }

    public let tls: TLS
    public let level: EncryptionLevel
    public let random: RandomSource
    private let madeKey = Mutex<RSAKeyPair?>(nil)
    private let keyBits: Int

    /// The server's key has twice the bits that Windows NT 4.0 gave it; stock clients take up to 2,048.
    public static let standardKeyBits = 2048

    /// - Parameter keyBits: fewer, for who makes thousands of handshakes to see what follows them.
    public init(
        tls: TLS = .never, level: EncryptionLevel = .clientCompatible, random: @escaping RandomSource = systemRandom,
        keyBits: Int = standardKeyBits
    ) {
        self.tls = tls
        self.level = level
        self.random = random
        self.keyBits = keyBits
    }

    /// The same for transports that carry no TLS: it is not offered there. A server that requires it has nothing for them.
    public var withoutTLS: ServerSecurity {
        tls == .offered ? ServerSecurity(tls: .never, level: level, random: random) : self
    }

    /// The server's key pair, made when the first client needs it.
    func key() -> RSAKeyPair? {
        madeKey.withLock { key in
            if key == nil { key = RSAKeyPair(generating: keyBits) }
            return key
        }
    }

    /// What is selected for a client that offered `protocols`, or did not negotiate (nil), or the failure's code (2.2.1.2.2).
    func select(from protocols: SecurityProtocols?) -> Selection {
        let offersTLS = protocols?.contains(.tls) == true
        // A client that wants network level authentication and nothing below it; there is none here.
        let insists = protocols?.isEmpty == false && !offersTLS
        switch tls {
        case .never: return insists ? .failure(NegotiationFailure.tlsNotAllowed) : .standard
        case .offered where insists: return .failure(NegotiationFailure.tlsRequired)
        case .offered: return offersTLS ? .tls : .standard
        case .required: return offersTLS ? .tls : .failure(NegotiationFailure.tlsRequired)
        }
    }

    enum Selection: Equatable {
        case standard, tls
        case failure(NegotiationFailure)
    }
}

/// Why the server takes none of the security protocols that a client offers (RDP_NEG_FAILURE, MS-RDPBCGR 2.2.1.2.2).
public enum NegotiationFailure: UInt32, Sendable, CustomStringConvertible {
    case tlsRequired = 1
    case tlsNotAllowed = 2
    case noCertificate = 3
    case inconsistentFlags = 4
    case networkLevelAuthenticationRequired = 5
    case tlsWithUserAuthenticationRequired = 6

    public var description: String {
        switch self {
        case .tlsRequired: "the server requires TLS (SSL_REQUIRED_BY_SERVER)"
        case .tlsNotAllowed: "the server has standard RDP security only (SSL_NOT_ALLOWED_BY_SERVER)"
        case .noCertificate: "the server has no certificate for TLS (SSL_CERT_NOT_ON_SERVER)"
        case .inconsistentFlags: "the server finds the client's flags inconsistent (INCONSISTENT_FLAGS)"
        case .networkLevelAuthenticationRequired: "the server requires network level authentication (HYBRID_REQUIRED_BY_SERVER)"
        case .tlsWithUserAuthenticationRequired: "the server requires TLS with a client certificate (SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER)"
        }
    }
}
