import EventLoop
import Faults
import RDP
import Time
import Transport

/// Everything that is settled about a load before it starts.
public struct LoadPlan: Sendable {
    /// Where to connect: workstation N goes to the one at N modulo their number, so that a user's spare goes to another.
    public var targets: [Endpoint]
    public var speaks = LoadProtocol.tsserver
    public var clients: Int
    /// Clients started a second.
    public var rate: Double
    /// The number of the first workstation; the others follow it.
    public var firstWorkstation = 1
    /// The address that workstation 0 would have, IPv4 or IPv6; each has its own, counted up from it. Nil to come from
    /// whatever address the kernel chooses. Only an IPv4 address can be cut off from the network.
    public var sources: SocketAddress?
    public var faults: [FaultPlan] = []
    public var returning: ReturnPlan?
    /// What the users do before they idle.
    public var behaviour = Behaviour()
    /// How long the load goes on from the moment it is ready; nil until it is told to stop.
    public var hold: Duration?
    /// How long a client may take from its start until it is logged on; then it has failed.
    public var logonDeadline = Duration.seconds(60)
    public var seed: UInt64 = 1
    /// How far from a workstation's number its spare's is; more would leave 198.18.0.0/16.
    public static let spareOffset = 32_768

    public struct Behaviour: Sendable {
        /// Minimise as soon as the desktop is there.
        public var minimised = true
        /// Type one's own name, to know the session by it later.
        public var types = true
        /// Start the session's endless output.
        public var floods = false
        /// One user whom no fault is to strike types a letter this often; nil where all idle.
        public var worksEvery: Duration?
        /// Answer round-trip requests; without it, dynamic channel requests are the server's way to ask.
        public var answersRoundTrips = true
        public var security = ClientSecurity.none

        public init() {}
    }

    /// - Parameter targets: at least one.
    public init(targets: [Endpoint], clients: Int, rate: Double = 500) {
        self.targets = targets
        self.clients = clients
        self.rate = rate
    }

    func target(of workstation: Workstation) -> Endpoint { targets[workstation.number % targets.count] }
}

/// How users whose client is gone come back for their sessions.
public struct ReturnPlan: Equatable, Sendable {
    public enum Place: String, Sendable, CaseIterable {
        /// Another workstation.
        case spare
        /// The same one, with power again; the only choice after a reboot, and impossible while it is dark.
        case same
    }

    public var place: Place
    /// When the first comes back, counted from the fault.
    public var after: Duration
    /// Over how long they come back.
    public var over: Duration

    public init(_ place: Place, after: Duration, over: Duration = .seconds(2)) {
        self.place = place
        self.after = after
        self.over = over
    }
}

/// An emulated client machine: its name, its user and its address follow from its number.
struct Workstation: Hashable {
    let number: Int

    var spare: Workstation { Workstation(number: number + LoadPlan.spareOffset) }

    var name: String { "WS" + padded }
    var user: String { "user" + padded }

    /// The address to come from, with a port that the kernel chooses.
    func source(from first: SocketAddress?) -> SocketAddress? {
        switch first {
        case .ipv4(let address, _): return .ipv4(address &+ UInt32(number), port: 0)
        case .ipv6(let high, let low, _):
            let (sum, carries) = low.addingReportingOverflow(UInt64(number))
            return .ipv6(carries ? high &+ 1 : high, sum, port: 0)
        case .unix, nil: return nil
        }
    }

    /// The IPv4 address, in host byte order, for the firewall.
    func address(from first: SocketAddress?) -> UInt32? {
        if case .ipv4(let address, _) = source(from: first) { address } else { nil }
    }

    private var padded: String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}
