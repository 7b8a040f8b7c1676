import Time

/// What the server keeps for one session.
public struct Session: Sendable {
    public let id: SessionID
    public internal(set) var state: SessionState
    /// When it came into its state.
    public internal(set) var since: MonotonicTime
    /// The name of its connection's WinStation; nil while it has none.
    public internal(set) var station: String?
    public internal(set) var user: String?
    public internal(set) var client: ClientIdentity?
    public internal(set) var logonTime: MonotonicTime?
    /// When the user last pressed a key or a mouse button.
    public internal(set) var lastInput: MonotonicTime
    public internal(set) var application = ApplicationState()
}

/// Which client a connection comes from.
public struct ClientIdentity: Equatable, Sendable {
    /// The workstation's name; empty before the client has said it.
    public var name: String
    /// Address and port.
    public var address: String

    public init(name: String, address: String) {
        self.name = name
        self.address = address
    }
}
