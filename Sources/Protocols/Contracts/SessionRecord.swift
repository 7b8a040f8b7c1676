import Sessions

/// A session as `GET /sessions` tells it.
public struct SessionRecord: Codable, Equatable, Sendable {
    public var session: SessionID
    public var state: SessionState
    /// The WinStation name, `rdp-tcp#7`.
    public var station: String?
    public var user: String?
    /// The workstation's name, and its address with the port.
    public var client: String?
    public var address: String?
    /// Seconds since the user last pressed a key or a mouse button.
    public var idleSeconds: Double
    /// Seconds since the logon.
    public var logonSeconds: Double?
    /// How the client program can be asked whether it is there: `rtt`, `dvc` or `none`.
    public var heartbeat: String?
    public var keystrokes: UInt32
    public var windows: [String]

    public init(
        session: SessionID, state: SessionState, station: String?, user: String?, client: String?, address: String?,
        idleSeconds: Double, logonSeconds: Double?, heartbeat: String?, keystrokes: UInt32, windows: [String]
    ) {
        self.session = session
        self.state = state
        self.station = station
        self.user = user
        self.client = client
        self.address = address
        self.idleSeconds = idleSeconds
        self.logonSeconds = logonSeconds
        self.heartbeat = heartbeat
        self.keystrokes = keystrokes
        self.windows = windows
    }
}
