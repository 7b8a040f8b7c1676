import CLibevent
import CLinux
import Glibc

/// A socket that accepts TCP or UNIX connections.
///
/// Where descriptors run out it rests for ``restAfterExhaustion`` instead of spinning on a queue it cannot empty.
public final class Listener {
    /// How long accepting rests once the process or the system has no descriptor left.
    public static let restAfterExhaustion = Duration.milliseconds(250)
    /// Most connections accepted in one wake-up, so that a storm of them does not starve those that are there.
    private static let acceptsPerWakeup = 64

    private let socket: ListeningSocket
    private let loop: EventLoop
    private let backlogLimit: Int
    private var descriptor: Int32
    private var readable: Event?
    private var resting: Timer?
    private let accept: (Stream) -> (any ConnectionHandler)?
    private let exhausted: (EventLoopError) -> Void

    /// Binds and listens at once.
    ///
    /// - Parameters:
    ///   - backlogLimit: each accepted stream's own (see ``Stream``).
    ///   - exhausted: hears each time descriptors have run out.
    ///   - accept: gives a new stream its handler; nil turns it away with a reset.
    public init(
        on loop: EventLoop, address: SocketAddress, backlogLimit: Int,
        exhausted: @escaping (EventLoopError) -> Void = { _ in },
        accept: @escaping (Stream) -> (any ConnectionHandler)?
    ) throws(EventLoopError) {
        socket = try ListeningSocket(at: address)
        descriptor = socket.descriptor
        self.loop = loop
        self.backlogLimit = backlogLimit
        self.accept = accept
        self.exhausted = exhausted
        watch()
    }

    /// Where it really listens.
    public var address: SocketAddress { socket.address }

    deinit { close() }

    public func close() {
        guard descriptor >= 0 else { return }
        readable = nil
        resting = nil
        socket.removePath()
        Glibc.close(descriptor)
        descriptor = -1
    }

    private func watch() {
        let event = Event(loop: loop, descriptor: descriptor, kind: EV_READ | EV_PERSIST, context: self) { _, _, context in
            guard let context else { return }
            Unmanaged<Listener>.fromOpaque(context).takeUnretainedValue().acceptSome()
        }
        event.add()
        readable = consume event
    }

    private func acceptSome() {
        for _ in 0..<Self.acceptsPerWakeup {
            guard descriptor >= 0 else { return }
            var accepted: Int32 = -1
            let peer = SocketAddress {
                accepted = linux_accept(descriptor, $0, $1)
                return accepted
            }
            guard accepted >= 0 else { return pauseIfExhausted(errno) }
            let stream = Stream(
                loop: loop, accepted: accepted, from: peer ?? .unix(path: ""), backlogLimit: backlogLimit)
            if let handler = accept(stream) { stream.open(handler) } else { stream.close(.abort) }
        }
    }

    private func pauseIfExhausted(_ code: Int32) {
        guard [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code) else { return }
        readable = nil
        resting = loop.after(Self.restAfterExhaustion) { [unowned self] in watch() }
        exhausted(EventLoopError("accept a connection", errno: code))
    }
}
