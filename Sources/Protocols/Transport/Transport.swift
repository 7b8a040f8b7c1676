import EventLoop
import Liveness

/// One way to listen and to connect, whatever carries the bytes.
public enum Transport {
    /// Listens at an endpoint.
    ///
    /// - Parameters:
    ///   - liveness: what each accepted connection's transport does by itself to learn whether the peer is there.
    ///   - backlogLimit: bytes kept for a peer that does not take them.
    ///   - trouble: hears what cannot be helped and does not end the listener: descriptors run out, an option refused.
    ///   - accept: gives a new connection its handler; nil turns it away.
    public static func listen(
        _ endpoint: Endpoint, liveness: TransportLiveness, backlogLimit: Int, on loop: EventLoop,
        trouble: @escaping (EventLoopError) -> Void, accept: @escaping (any Connection) -> (any ConnectionHandler)?
    ) throws(EventLoopError) -> TransportListener {
        if endpoint.kind == .spx {
            return try listenSPX(endpoint, liveness: liveness, backlogLimit: backlogLimit, on: loop, accept: accept)
        }
        if endpoint.kind == .nbf {
            return try listenNBF(endpoint, liveness: liveness, backlogLimit: backlogLimit, on: loop, accept: accept)
        }
        let listener = try Listener(on: loop, address: endpoint.address, backlogLimit: backlogLimit, exhausted: trouble) { stream in
            do throws(EventLoopError) {
                try liveness.apply(to: stream)
            } catch {
                trouble(error)
            }
            return accept(stream)
        }
        return TransportListener(endpoint: Endpoint(kind: endpoint.kind, address: listener.address), close: { listener.close() })
    }

    /// Starts to connect to an endpoint, from the local address `source` if one is given.
    public static func connect(
        _ endpoint: Endpoint, from source: SocketAddress? = nil, backlogLimit: Int, on loop: EventLoop,
        handler: any ConnectionHandler
    ) throws(EventLoopError) -> any Connection {
        if endpoint.kind == .spx {
            return try connectSPX(endpoint, from: source, backlogLimit: backlogLimit, on: loop, handler: handler)
        }
        if endpoint.kind == .nbf {
            return try connectNBF(endpoint, from: source, backlogLimit: backlogLimit, on: loop, handler: handler)
        }
        return try Stream.connect(to: endpoint.address, from: source, backlogLimit: backlogLimit, on: loop, handler: handler)
    }
}
