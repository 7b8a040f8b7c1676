/// The states a session passes through, as the tools of the system name them (Q186592 and the `query session` command).
public enum SessionState: String, Codable, Sendable, CaseIterable {
    /// A user is logged on and, as far as the server knows, connected.
    case active = "Active"
    /// A client is connected and no user is logged on yet.
    case connected = "Connected"
    case connectQuery = "ConnectQuery"
    case shadow = "Shadow"
    /// A user's programs run and no client is connected. Only such a session can be picked up again.
    case disconnected = "Disconnected"
    /// Made in advance, so that the next client finds one ready.
    case idle = "Idle"
    /// A listener.
    case listen = "Listen"
    case reset = "Reset"
    case down = "Down"
    case initializing = "Init"

    /// The short form that `query session` prints.
    public var queryName: String {
        switch self {
        case .active: "active"
        case .connected: "conn"
        case .connectQuery: "connq"
        case .shadow: "shadow"
        case .disconnected: "disc"
        case .idle: "idle"
        case .listen: "listen"
        case .reset: "reset"
        case .down: "down"
        case .initializing: "init"
        }
    }
}
