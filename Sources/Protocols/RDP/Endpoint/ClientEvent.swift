/// What a server's bytes mean to a client program.
public enum ClientEvent: Equatable, Sendable {
    /// The server wants TLS: begin it, then call ``ClientEndpoint/didStartTLS(output:)``.
    case startTLS
    /// The server takes none of the security protocols offered.
    case negotiationFailed(NegotiationFailure)
    /// The desktop is there; input may be sent.
    case activated
    /// The session that the user was given.
    case loggedOn(session: UInt32, user: String)
    /// The server drew; how many rectangles.
    case drawn(rectangles: Int)
    /// What tsserver says of the session (see ``SessionReport``).
    case reported(SessionReport)
    /// A heartbeat came and its answer was written to the output.
    case heartbeatAnswered
    /// The server would rather keep the session: disconnect to leave all the same.
    case shutdownDenied
    /// Why the server is about to end the connection.
    case errorInfo(ErrorInfo)
    /// The server took the desktop down; it may offer it anew.
    case deactivated
    /// The server ends the connection.
    case disconnected
}

/// How a client would have its connection secured.
public enum ClientSecurity: String, Sendable, CaseIterable {
    /// Standard RDP security without encryption, and nothing else.
    case none
    /// Standard RDP security with whatever RC4 the server chooses.
    case rdp
    /// TLS and nothing else.
    case tls
    /// TLS where the server has it, standard RDP security where not.
    case negotiate

    var offered: SecurityProtocols { self == .tls || self == .negotiate ? .tls : [] }
}

/// What a client program says of itself and its user.
public struct ClientConfiguration: Sendable {
    public var user: String
    public var domain: String
    public var password: String
    /// The workstation's name, at most 15 characters.
    public var clientName: String
    /// Desktop size in pixels.
    public var width: UInt16
    public var height: UInt16
    /// Whether to offer the message channel and answer round-trip requests on it. Without it heartbeats come as dynamic
    /// channel requests.
    public var answersRoundTrips: Bool
    public var security = ClientSecurity.none
    /// Where the client's half of the keys comes from.
    public var random: RandomSource = systemRandom

    public init(
        user: String, domain: String = "", password: String = "", clientName: String, width: UInt16 = 640,
        height: UInt16 = 480, answersRoundTrips: Bool = true
    ) {
        self.user = user
        self.domain = domain
        self.password = password
        self.clientName = clientName
        self.width = width
        self.height = height
        self.answersRoundTrips = answersRoundTrips
    }
}
