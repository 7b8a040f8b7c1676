import Time

/// One line of the truth: what really became of a client, written by the side that did it the moment it was done.
public struct TruthEvent: Codable, Equatable, Sendable {
    public enum Kind: String, Codable, Sendable {
        /// The client has its desktop; `session` is the number it was given.
        case loggedOn = "logged-on"
        /// The client never got a desktop, or lost it with no fault of ours; `detail` says why.
        case failed
        /// A client sets out to connect (storms only).
        case starting
        /// All clients are logged on or have failed; the plan's clock begins.
        case ready
        /// The fault named in `fault` struck.
        case struck
        /// The line, the machine or its address is there again.
        case healed
        /// The user tries to get the session back; `address` is the new connection's.
        case returning
        /// ... and was given it, with what had been typed in it.
        case resumed
        /// ... and was given another, because the old one was still Active.
        case blocked
        /// ... and was turned away; `detail` has the server's reason.
        case refused
        /// ... and was given it, but not as it had been left: never to be seen.
        case altered
    }

    /// CLOCK_MONOTONIC, in nanoseconds.
    public var t: MonotonicTime
    public var event: Kind
    /// The workstation's name, `WS00042`.
    public var client: String?
    public var user: String?
    /// The client's address and port, by which the server's belief knows the connection too.
    public var address: String?
    public var session: UInt32?
    public var fault: Fault?
    public var detail: String?

    public init(
        t: MonotonicTime, event: Kind, client: String? = nil, user: String? = nil, address: String? = nil,
        session: UInt32? = nil, fault: Fault? = nil, detail: String? = nil
    ) {
        self.t = t
        self.event = event
        self.client = client
        self.user = user
        self.address = address
        self.session = session
        self.fault = fault
        self.detail = detail
    }
}
