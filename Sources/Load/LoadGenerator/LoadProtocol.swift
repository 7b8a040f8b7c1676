/// What the load's clients speak, and so when one of them counts as logged on.
public enum LoadProtocol: String, Sendable, CaseIterable {
    /// RDP with tsserver, which says on a channel of its own which session a client was given and what that holds: the
    /// client is logged on when it has heard it.
    case tsserver
    /// RDP with any server: the client is logged on when it may draw, be that a desktop or the server's own login screen.
    case rdp
    /// No more than a TCP connection that nothing is said on: the client is logged on when it is there.
    case tcp

    /// Whether the server says what a session holds, so that there is something to come back to.
    public var reportsSessions: Bool { self == .tsserver }
}
