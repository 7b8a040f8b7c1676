import EventLoop
import Liveness
import SPX

extension TransportKind {
    /// IPX/SPX, each packet in a UDP datagram (RFC 1234, which gives the port).
    public static let spx = TransportKind(
        TransportTraits(
            name: "spx", summary: "IPX/SPX, each packet in a UDP datagram (RFC 1234)", defaultPort: 213, watchdog: spxWatchdog,
            // A driver drops what arrives for a connection that it does not know.
            resetsUnknown: false,
            detection: { spxWatchdog.detection($0, $1) },
            listen: { endpoint, policy, backlogLimit, loop, _, accept throws(EventLoopError) in
                try Transport.listenSPX(endpoint, policy, backlogLimit: backlogLimit, on: loop, accept: accept)
            },
            connect: { endpoint, source, backlogLimit, loop, handler throws(EventLoopError) in
                try Transport.connectSPX(endpoint, from: source, backlogLimit: backlogLimit, on: loop, handler: handler)
            }))

    /// KeepAliveTimeout x (KeepAliveCount + 1) at most (Q99745).
    private static let spxWatchdog = TransportWatchdog(
        answer: { SPXParameters($0).keepAliveTimeout },
        bound: { policy in
            let parameters = SPXParameters(policy)
            return parameters.keepAliveTimeout * parameters.keepAliveCount...parameters.watchdogBound
        },
        interval: { SPXParameters($0).keepAliveTimeout })
}

extension Transport {
    static func listenSPX(
        _ endpoint: Endpoint, _ policy: LivenessPolicy, backlogLimit: Int, on loop: EventLoop,
        accept: @escaping (any Connection) -> (any ConnectionHandler)?
    ) throws(EventLoopError) -> TransportListener {
        let port = try SPXPort(
            on: loop, address: endpoint.address, isServer: true, parameters: SPXParameters(policy))
        port.backlogLimit = backlogLimit
        port.accept = { accept($0) }
        return TransportListener(
            endpoint: Endpoint(kind: .spx, address: port.address), liveness: { port.traffic }, close: { port.accept = nil })
    }

    /// All connections of a loop share one UDP socket, whatever address each comes from (IP_PKTINFO, ip(7)).
    static func connectSPX(
        _ endpoint: Endpoint, from source: SocketAddress?, backlogLimit: Int, on loop: EventLoop,
        handler: any ConnectionHandler
    ) throws(EventLoopError) -> any Connection {
        guard case .ipv4(let address, let port) = endpoint.address else {
            throw EventLoopError("connect to \(endpoint): RFC 1234 is for IPv4", errno: 0)
        }
        guard let source = source ?? DatagramSocket.localAddress(towards: endpoint.address),
            case .ipv4(let local, _) = source
        else { throw EventLoopError("find an IPv4 address to connect to \(endpoint) from", errno: 0) }
        return try sharedSPXPort(on: loop).connect(
            to: (address, port), from: local, backlogLimit: backlogLimit, handler: handler)
    }

    /// The port that the loop's outgoing SPX connections share.
    public static func sharedSPXPort(on loop: EventLoop) throws(EventLoopError) -> SPXPort {
        try loop.shared { () throws(EventLoopError) in
            try SPXPort(on: loop, address: .ipv4(0, port: 0), isServer: false)
        }
    }
}

extension SPXParameters {
    /// As shipped, but for what the liveness policy says.
    public init(_ policy: LivenessPolicy) {
        self = .windowsNT4
        guard let watchdog = policy[SPXWatchdog.self] else { return }
        keepAliveTimeout = watchdog.timeout
        keepAliveCount = watchdog.count
    }
}
