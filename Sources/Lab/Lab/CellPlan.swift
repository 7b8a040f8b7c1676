import Faults
import Line
import Liveness
import Time
import Transport

/// One cell of the matrix: a fault met with a policy over a transport.
public struct CellPlan: Sendable {
    public var transport = TransportKind.tcp
    public var policy: LivenessPolicy
    public var fault: Fault
    /// Whether every session puts out without end, so that there is always something to send to a client.
    public var isBusy = false
    /// The line between the workstations and the server; nil where nothing is between them.
    public var line: LinePlan?
    public var tariff: Tariff?
    /// One of the well users types a letter this often; nil where all of them idle.
    public var worksEvery: Duration?
    /// Whether the users of struck clients come back, and how long before the horizon where not as usual.
    public var usersReturn = true
    var returnLead: Duration?
    /// How many clients the fault strikes, and how many stay well beside them.
    public var faulted: Int
    public var healthy: Int

    public var clients: Int { faulted + healthy }

    /// What tells it from every other cell of the matrix.
    public var name: String {
        let way = line.map { "\(transport.rawValue) over \($0.name)" } ?? transport.rawValue
        return "\(way)/\(policy.description)/\(fault.rawValue)"
    }

    /// Clients started a second. A line of some kilobytes a second brings up no more.
    var rate: Int { line == nil ? max(40, clients / 5) : 2 }

    /// How long after the last logon the fault strikes: a line that is dialled on demand has hung up by then.
    var calm: Duration { ReproductionPlan.calm + (line?.dial?.idle ?? .zero) }

    /// Users come back so long before the horizon: all at once, and over a line that takes its time. Zero where they do not.
    var returnBeforeHorizon: Duration {
        guard usersReturn else { return .zero }
        return returnLead ?? ReproductionPlan.returnBeforeHorizon(overLine: line != nil)
    }

    /// How long after the fault they come back; nil where they do not, and after faults that lose nobody his session.
    func returnAfter(horizon: Duration) -> Duration? {
        usersReturn && fault.orphans ? max(.zero, horizon - returnBeforeHorizon) : nil
    }
}

/// When the users of struck clients come back for their sessions.
public enum UserReturn: Equatable, Sendable {
    /// ``ReproductionPlan/returnBeforeHorizon(overLine:)`` before the horizon.
    case beforeHorizon
    /// So long after the fault.
    case after(Duration)
    case never
}

/// What `tslab reproduce` is asked to do.
public struct ReproductionPlan: Sendable {
    /// Clients that lose power on the server as it was shipped; the other cells strike ``otherClients``.
    public var clients: Int
    public var horizon: Duration
    public var transports: [TransportKind]
    /// Over TCP.
    public var policies: [LivenessPolicy]
    /// Over the others. Without any of the server's own, what is left is the protocol's watchdog, as shipped.
    public var datagramPolicies: [LivenessPolicy] = [.none]
    public var faults: [Fault]
    /// What lies between workstations and server, each for every cell; nil for nothing.
    public var lines: [LinePlan?] = [nil]
    public var tariff: Tariff?
    public var worksEvery: Duration?
    public var userReturn = UserReturn.beforeHorizon
    /// Whether the sessions are busy instead of idle: the stress under which the article's Win16 client hangs.
    public var isBusy = false
    public var seed: UInt64

    /// Policies short enough to be seen at work within a minute. What they cost and how soon they know scales with
    /// their parameters; which faults they see does not.
    public static let standardPolicies: [LivenessPolicy] = [
        .none,
        .tcpKeepalive(TCPKeepalive(time: .seconds(10), interval: .seconds(2), count: 3)),
        .heartbeat(Heartbeat(interval: .seconds(3), misses: 3)),
        .clock(interval: .seconds(10)),
    ]
    /// SPX's watchdog, as shipped, may take 54 s (Q99745); users come back after that and before this.
    public static let standardHorizon = Duration.seconds(65)
    public static let standardFaults: [Fault] = [.powerOff, .reboot, .hang, .kill]

    public init(
        clients: Int = 1000, horizon: Duration = standardHorizon, transports: [TransportKind] = TransportKind.allCases,
        policies: [LivenessPolicy] = standardPolicies, faults: [Fault] = standardFaults, seed: UInt64 = 1
    ) {
        self.clients = clients
        self.horizon = horizon
        self.transports = transports
        self.policies = policies
        self.faults = faults
        self.seed = seed
    }

    /// How long after the last logon the faults strike.
    static let calm = Duration.seconds(3)
    /// How long a rebooted machine is dark, a line cut, a machine frozen.
    static let lasting = Duration.seconds(3)
    /// Users come back so long before the horizon where nothing else is asked for; over a line all of them take longer.
    public static func returnBeforeHorizon(overLine: Bool) -> Duration { .seconds(overLine ? 25 : 9) }
    /// Windows NT's TcpMaxDataRetransmissions (Q170359): how often the server's kernel repeats data before it gives up.
    static let dataRetransmissions = 5

    /// What a busy client's kernel keeps for a program that does not read: near Windows NT's TcpWindowSize of 8,760 bytes on Ethernet
    /// (Q140552), doubled because Linux counts its bookkeeping in (tcp_rmem, tcp(7)). Linux's own 6 MB would take as long to fill
    /// as a whole run.
    static let clientReceiveBuffer = "4096 17520 17520"

    /// How many clients each cell but the shipped one's power cut strikes.
    var otherClients: Int { min(clients, max(100, clients / 10)) }

    public var cells: [CellPlan] {
        faults.flatMap { fault in
            transports.flatMap { transport in
                (transport.isKernels ? policies : datagramPolicies).filter { $0.isKnown(to: transport.rawValue) }.flatMap { policy in
                    lines.filter { policy.line == nil || $0 != nil }.map { line in
                        let isArticles = transport == .tcp && policy == .none && fault == .powerOff || line != nil
                        let faulted = isArticles ? clients : otherClients
                        var cell = CellPlan(
                            transport: transport, policy: policy, fault: fault, isBusy: isBusy, line: line, tariff: tariff,
                            worksEvery: worksEvery, faulted: faulted, healthy: max(1, min(100, faulted / 4)))
                        cell.usersReturn = userReturn != .never
                        if case .after(let time) = userReturn { cell.returnLead = horizon - time }
                        return cell
                    }
                }
            }
        }
    }
}

extension CellPlan {
    /// How long the server's own watchdog waits for the answer to its last question; nil for TCP, which has none.
    var watchdogTimeout: Duration? { transport.traits.watchdog?.answer(policy) }

    /// Whether somebody else than the server knows when it gives a client up. Over the datagram transports that is the wire,
    /// and only where their own watchdog does it: a policy that asks the program gives up without a word.
    var hasWitness: Bool { transport.isKernels || policy.isLeftToTransport }
}

extension TransportKind {
    /// Where a server of the lab listens, where an analyser expects it: at the transport's own port, or at RDP's.
    func endpoint(at address: UInt32) -> Endpoint {
        Endpoint(kind: self, address: .ipv4(address, port: traits.defaultPort ?? 3389))
    }
}
