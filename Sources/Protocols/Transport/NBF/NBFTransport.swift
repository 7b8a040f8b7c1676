import EventLoop
import Liveness
import NBF

extension TransportKind {
    /// NetBEUI, each frame in a UDP datagram, or on an interface itself.
    public static let nbf = TransportKind(
        TransportTraits(
            name: "nbf", summary: "NetBEUI, each frame in a UDP datagram, or in frames on an interface: nbf://ADDRESS%INTERFACE",
            takesInterfaces: true, watchdog: nbfWatchdog,
            // A station answers the poll of a link that it does not know with DM (802.2, 7.5).
            resetsUnknown: true,
            detection: { nbfWatchdog.detection($0, $1) },
            listen: { endpoint, policy, backlogLimit, loop, _, accept throws(EventLoopError) in
                try Transport.listenNBF(endpoint, policy, backlogLimit: backlogLimit, on: loop, accept: accept)
            },
            connect: { endpoint, source, backlogLimit, loop, handler throws(EventLoopError) in
                try Transport.connectNBF(endpoint, from: source, backlogLimit: backlogLimit, on: loop, handler: handler)
            }))

    /// Ti + T1 x LlcRetries at most (resource kit, Services\Nbf; 802.2, 7.8).
    private static let nbfWatchdog = TransportWatchdog(
        answer: { NBFParameters($0).t1 },
        bound: { policy in
            let parameters = NBFParameters(policy)
            return parameters.t1 * parameters.llcRetries...parameters.watchdogBound
        },
        interval: { NBFParameters($0).ti })
}

extension Transport {
    static func listenNBF(
        _ endpoint: Endpoint, _ policy: LivenessPolicy, backlogLimit: Int, on loop: EventLoop,
        accept: @escaping (any Connection) -> (any ConnectionHandler)?
    ) throws(EventLoopError) -> TransportListener {
        let port = try NBFPort(
            on: loop, address: endpoint.address, interface: endpoint.interface, isServer: true,
            parameters: NBFParameters(policy))
        port.backlogLimit = backlogLimit
        port.accept = { accept($0) }
        return TransportListener(
            endpoint: Endpoint(kind: .nbf, address: port.address, interface: endpoint.interface),
            liveness: { port.traffic }, close: { port.accept = nil })
    }

    /// All calls of a loop share one UDP socket, and those on an interface one there, whatever workstation each comes from.
    static func connectNBF(
        _ endpoint: Endpoint, from source: SocketAddress?, backlogLimit: Int, on loop: EventLoop,
        handler: any ConnectionHandler
    ) throws(EventLoopError) -> any Connection {
        guard case .ipv4(let address, let port) = endpoint.address else {
            throw EventLoopError("connect to \(endpoint): stations are made from IPv4 addresses", errno: 0)
        }
        guard let source = source ?? DatagramSocket.localAddress(towards: endpoint.address),
            case .ipv4(let local, _) = source
        else { throw EventLoopError("find an IPv4 address to connect to \(endpoint) from", errno: 0) }
        return try sharedNBFPort(on: loop, interface: endpoint.interface).connect(
            to: (address, port), from: local, backlogLimit: backlogLimit, handler: handler)
    }

    /// The port that the loop's outgoing NBF sessions share.
    public static func sharedNBFPort(on loop: EventLoop, interface: String? = nil) throws(EventLoopError) -> NBFPort {
        try loop.shared(interface ?? "") { () throws(EventLoopError) in
            try NBFPort(on: loop, address: .ipv4(0, port: 0), interface: interface, isServer: false)
        }
    }
}

extension NBFParameters {
    /// As shipped, but for what the liveness policy says.
    public init(_ policy: LivenessPolicy) {
        self = .windowsNT4
        guard let watchdog = policy[NBFWatchdog.self] else { return }
        ti = watchdog.inactivity
        t1 = watchdog.answer
        llcRetries = watchdog.retries
        sessionAliveInterval = watchdog.sessionAlive
    }
}
