import Faults
import LoadGenerator
import RDP
import Time

/// What `tslab witness` is asked to do: hold a server that we did not write against faults.
public struct WitnessPlan: Sendable {
    /// For sh(1), which is to run the server in the foreground. It must listen on all addresses.
    public var server: String
    public var port: UInt16
    public var speaks: LoadProtocol
    public var security: ClientSecurity
    public var faults: [Fault]
    /// How many clients each fault strikes.
    public var clients: Int
    public var horizon: Duration
    /// What is set in the server's network namespace: `net.ipv4.tcp_retries2` and its like.
    public var settings: [(name: String, value: String)] = []
    public var seed: UInt64

    public init(
        server: String, port: UInt16 = 3389, speaks: LoadProtocol = .rdp, security: ClientSecurity = .negotiate,
        faults: [Fault] = Fault.allCases, clients: Int = 20, horizon: Duration = .seconds(60), seed: UInt64 = 1
    ) {
        self.server = server
        self.port = port
        self.speaks = speaks
        self.security = security
        self.faults = faults
        self.clients = clients
        self.horizon = horizon
        self.seed = seed
    }

    /// Stay well beside those that each fault strikes.
    var healthy: Int { max(1, clients / 4) }

    /// Clients of each fault started a second: a server that makes a process and a TLS handshake for each takes its time.
    static let rate = 10

    /// The server and what was set for it, in one line.
    public var description: String {
        ([server] + settings.map { "\($0.name)=\($0.value)" }).joined(separator: "; ")
    }
}
