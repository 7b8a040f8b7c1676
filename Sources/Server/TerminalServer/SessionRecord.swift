import RDP
import Sessions
import Time

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

    init(_ session: Session, connection: ServerConnection?, at now: MonotonicTime) {
        self.session = session.id
        state = session.state
        station = session.station
        user = session.user
        client = session.client?.name
        address = session.client?.address
        idleSeconds = (now - session.lastInput).inSeconds
        logonSeconds = session.logonTime.map { (now - $0).inSeconds }
        heartbeat = connection?.endpoint.heartbeatKind.rawValue
        keystrokes = session.application.keystrokes
        windows = session.user == nil ? [] : session.application.windows
    }
}
