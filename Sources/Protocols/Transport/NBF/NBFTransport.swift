import EventLoop
import Liveness
import NBF

extension Transport {
    static func listenNBF(
        _ endpoint: Endpoint, liveness: TransportLiveness, backlogLimit: Int, on loop: EventLoop,
        accept: @escaping (any Connection) -> (any ConnectionHandler)?
    ) throws(EventLoopError) -> TransportListener {
        let port = try NBFPort(
            on: loop, address: endpoint.address, interface: endpoint.interface, isServer: true,
            parameters: NBFParameters(liveness))
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
    public init(_ liveness: TransportLiveness) {
        self = .windowsNT4
        guard let watchdog = liveness.nbfWatchdog else { return }
        ti = watchdog.inactivity
        t1 = watchdog.answer
        llcRetries = watchdog.retries
        sessionAliveInterval = watchdog.sessionAlive
    }
}
