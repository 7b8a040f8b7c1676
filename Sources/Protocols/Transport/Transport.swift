import EventLoop
import Liveness

/// One way to listen and to connect, whatever carries the bytes.
public enum Transport {
    /// Listens at an endpoint.
    ///
    /// - Parameters:
    ///   - liveness: the policy; its rules for the transport are carried out on each accepted connection.
    ///   - backlogLimit: bytes kept for a peer that does not take them.
    ///   - trouble: hears what cannot be helped and does not end the listener: descriptors run out, an option refused.
    ///   - accept: gives a new connection its handler; nil turns it away.
    public static func listen(
        _ endpoint: Endpoint, liveness: LivenessPolicy, backlogLimit: Int, on loop: EventLoop,
        trouble: @escaping (EventLoopError) -> Void, accept: @escaping (any Connection) -> (any ConnectionHandler)?
    ) throws(EventLoopError) -> TransportListener {
        try endpoint.kind.traits.listen(endpoint, liveness, backlogLimit, loop, trouble, accept)
    }

    /// Starts to connect to an endpoint, from the local address `source` if one is given.
    public static func connect(
        _ endpoint: Endpoint, from source: SocketAddress? = nil, backlogLimit: Int, on loop: EventLoop,
        handler: any ConnectionHandler
    ) throws(EventLoopError) -> any Connection {
        try endpoint.kind.traits.connect(endpoint, source, backlogLimit, loop, handler)
    }
}
