import Time

/// One change of a session's state: a line of `GET /events`, and the server's belief from that moment on.
///
/// A session that ceases to exist ends in ``SessionState/down``.
public struct SessionEvent: Codable, Equatable, Sendable {
    /// CLOCK_MONOTONIC, in nanoseconds.
    public var t: MonotonicTime
    public var session: SessionID
    /// The WinStation name the session had with its connection, `rdp-tcp#7`; nil for one without a connection.
    public var station: String?
    public var user: String?
    /// The workstation's name.
    public var client: String?
    /// The client's address and port.
    public var address: String?
    public var from: SessionState
    public var to: SessionState
    public var reason: ChangeReason

    public init(
        t: MonotonicTime, session: SessionID, station: String?, user: String?, client: String?, address: String?,
        from: SessionState, to: SessionState, reason: ChangeReason
    ) {
        self.t = t
        self.session = session
        self.station = station
        self.user = user
        self.client = client
        self.address = address
        self.from = from
        self.to = to
        self.reason = reason
    }
}
