/// What a client's bytes mean to the program that serves it.
public enum ServerEvent: Equatable, Sendable {
    /// A client connects; the user name in its cookie, if there is one.
    case connectionRequested(cookie: String?)
    /// The client offers TLS and was told that it shall be: once the output is sent, all goes over TLS.
    case startTLS
    /// The client's security protocols and the server's do not go together. Once the output is sent the connection is of no
    /// more use.
    case negotiationFailed(NegotiationFailure)
    /// A user wants in: answer with ``ServerEndpoint/admit(output:)`` or ``ServerEndpoint/refuse(_:output:)``.
    case logonRequested(LogonRequest)
    /// The desktop may be drawn.
    case activated
    case input([InputEvent])
    /// The client was minimised (true), or shows the desktop again.
    case outputSuppressed(Bool)
    case refreshRequested([InclusiveRectangle])
    /// The client's window has another size, in pixels: ``ServerEndpoint/resize(width:height:output:)`` gives it a desktop
    /// of that size.
    case resizeRequested(width: UInt32, height: UInt32)
    /// The client program answered a heartbeat.
    case heartbeatAnswered(sequence: UInt16)
    /// A message on the ``SessionReport`` channel.
    case channelMessage([UInt8])
    /// The user closes the client's window: answer with ``ServerEndpoint/denyShutdown(output:)`` to have him confirm.
    case shutdownRequested
    /// The client leaves and says so.
    case disconnected
}

/// What a client says of itself and its user before it gets a desktop.
public struct LogonRequest: Equatable, Sendable {
    public var user: String
    public var domain: String
    public var password: String
    /// The workstation's name.
    public var clientName: String
    public var clientBuild: UInt32
    /// The session that the client says it had, where it reconnects by itself.
    public var autoReconnect: AutoReconnectClaim?
}

/// How an endpoint can ask the client program, not its kernel, whether it is there.
public enum HeartbeatKind: String, Sendable {
    /// Auto-detect round-trip requests on the message channel.
    case roundTrip = "rtt"
    /// Requests for a dynamic channel that nobody has.
    case dynamicChannel = "dvc"
    /// The client can answer neither.
    case none
}
