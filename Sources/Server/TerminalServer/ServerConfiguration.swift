import EventLoop
import Liveness
import RDP
import Sessions
import Transport

/// Everything that is settled about a server before it starts.
public struct ServerConfiguration: Sendable {
    public var endpoints: [Endpoint]
    /// Where the admin face is served: a UNIX socket or a loopback address; nil for nowhere.
    public var admin: SocketAddress?
    /// What the admin face asks of who comes over TCP; it must be there where `admin` is a loopback address.
    public var adminToken: AdminToken?
    public var liveness: LivenessPolicy = .none
    /// How connections are secured; one object for all of them.
    public var security = ServerSecurity()
    /// What TLS is spoken with; must be there where `security` offers it.
    public var tls: TLSContext?
    public var limits = SessionLimits()
    public var brokenConnection = BrokenConnectionAction.disconnect
    public var users: UserDirectory
    /// How often the taskbar clock is redrawn; nil for no clock. The `clock` policy sets it too.
    public var clockInterval: Duration?
    /// How long a client may take from connecting to its desktop, and once it has begun a PDU to the PDU's end, before it
    /// is dropped. Of several half PDUs in a row the last is found in at most twice that.
    public var handshakeDeadline: Duration = .seconds(15)
    /// Most clients that have not logged on: of more, the oldest are sent away. They count in none of ``limits``.
    public var unauthenticatedLimit = 10_000
    /// Most bytes kept for a client that does not take them, beyond what its socket holds.
    public var backlogLimit = 64 * 1024

    public init(endpoints: [Endpoint], users: UserDirectory) {
        self.endpoints = endpoints
        self.users = users
    }

    /// The clock's interval that is in force: a `clock` policy's own comes first.
    var effectiveClockInterval: Duration? { liveness.clockInterval ?? clockInterval }
}
