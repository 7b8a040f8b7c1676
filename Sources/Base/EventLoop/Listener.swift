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

    public let address: SocketAddress
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
        descriptor = try Self.listeningSocket(at: address)
        self.loop = loop
        self.backlogLimit = backlogLimit
        self.accept = accept
        self.exhausted = exhausted
        let bound = descriptor
        self.address = SocketAddress { getsockname(bound, $0, $1) } ?? address
        watch()
    }

    deinit { close() }

    public func close() {
        guard descriptor >= 0 else { return }
        readable = nil
        resting = nil
        Glibc.close(descriptor)
        descriptor = -1
        if case .unix(let path) = address { unlink(path) }
    }

    /// A bound, listening, non-blocking socket; a UNIX one is readable and writable by its owner alone.
    static func listeningSocket(at address: SocketAddress) throws(EventLoopError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, kind, 0)
        guard descriptor >= 0 else { throw EventLoopError("open a socket", errno: errno) }
        Stream.setOption(descriptor, Int(SOL_SOCKET), SO_REUSEADDR, 1)
        if case .unix(let path) = address, !isServed(path) { unlink(path) }
        // The path gets the socket's own mode, so that it is never open to others, not even for a moment.
        if case .unix = address { fchmod(descriptor, 0o600) }
        let result = address.withSystemAddress { bind(descriptor, $0, $1) }
        guard result == 0, listen(descriptor, SOMAXCONN) == 0 else {
            let code = errno
            Glibc.close(descriptor)
            throw EventLoopError("listen on \(address)", errno: code)
        }
        return descriptor
    }

    /// Whether somebody answers at a UNIX socket. A path that a dead process left behind may be taken over.
    private static func isServed(_ path: String) -> Bool {
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { Glibc.close(probe) }
        return SocketAddress.unix(path: path).withSystemAddress { connect(probe, $0, $1) } == 0
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
