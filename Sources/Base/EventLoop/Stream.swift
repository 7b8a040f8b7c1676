import CLibevent
import CLinux
import Glibc
import Time
import Wire

/// A non-blocking TCP or UNIX stream socket.
///
/// While it is idle it costs this object, of 104 bytes, and one `struct event`; a second event and a buffer exist only while
/// the kernel does not take what is sent.
public final class Stream: Connection {
    /// How long an orderly close waits for the peer to take the backlog.
    public static let lingerLimit = Duration.seconds(5)

    // In an order that leaves no gaps: there are as many streams as clients.
    public let remoteAddress: SocketAddress
    private var phase: Phase
    private var isPaused = false
    private var hasPriority = false
    /// For setting socket options; -1 once closed.
    public private(set) var fileDescriptor: Int32
    private let backlogLimit: Int32
    private let loop: EventLoop
    private var handler: (any ConnectionHandler)?
    private var readable: Event?
    private var waiting: Waiting?
    /// Why it ended, once it has.
    private var ended: CloseReason?
    /// Holds the stream while it is open, whoever else lets go of it.
    private var itself: Stream?

    private enum Phase { case connecting, open, draining, closed }

    /// What waits for the kernel to take it, and the event that tells when it may.
    private final class Waiting {
        /// libevent gives back what has been taken, however long it never becomes empty. nil until bytes wait.
        private var bytes: OpaquePointer?
        var writable: Event?
        /// How long an orderly close waits.
        var lingering: Timer?

        deinit { if let bytes { evbuffer_free(bytes) } }

        var count: Int { bytes.map { evbuffer_get_length($0) } ?? 0 }

        func append(_ more: UnsafeRawBufferPointer) {
            guard let buffer = bytes ?? evbuffer_new() else { return }
            bytes = buffer
            evbuffer_add(buffer, more.baseAddress, more.count)
        }

        /// False, with errno, where the kernel took nothing.
        func write(to descriptor: Int32) -> Bool { evbuffer_write(bytes, descriptor) >= 0 }
    }

    init(loop: EventLoop, accepted descriptor: Int32, from peer: SocketAddress, backlogLimit: Int) {
        self.loop = loop
        fileDescriptor = descriptor
        remoteAddress = peer
        self.backlogLimit = Int32(clamping: backlogLimit)
        phase = .open
    }

    private init(loop: EventLoop, connecting descriptor: Int32, to peer: SocketAddress, backlogLimit: Int) {
        self.loop = loop
        fileDescriptor = descriptor
        remoteAddress = peer
        self.backlogLimit = Int32(clamping: backlogLimit)
        phase = .connecting
    }

    deinit { closeDescriptor() }

    /// Starts to connect; the handler hears of success or failure.
    ///
    /// - Parameter source: the local address to come from. With port 0 the kernel chooses the port only when it knows
    ///   the peer, so that one address can hold more connections than there are ports (IP_BIND_ADDRESS_NO_PORT, ip(7)).
    public static func connect(
        to peer: SocketAddress, from source: SocketAddress? = nil, backlogLimit: Int, on loop: EventLoop,
        handler: any ConnectionHandler
    ) throws(EventLoopError) -> Stream {
        let descriptor = socket(peer.family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw EventLoopError("open a socket", errno: errno) }
        let stream = Stream(loop: loop, connecting: descriptor, to: peer, backlogLimit: backlogLimit)
        if let source {
            setOption(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
            guard source.withSystemAddress({ bind(descriptor, $0, $1) }) == 0 else {
                throw EventLoopError("connect from \(source)", errno: errno)
            }
        }
        let result = peer.withSystemAddress { Glibc.connect(descriptor, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else { throw EventLoopError("connect to \(peer)", errno: errno) }
        stream.adopt(handler)
        stream.awaitWritable()
        return stream
    }

    /// Gives an accepted stream its handler and begins to read. The stream may have been closed before that.
    func open(_ handler: any ConnectionHandler) {
        adopt(handler)
        if phase == .open { watchReadable() } else { reportEnd() }
    }

    public var localAddress: SocketAddress? {
        SocketAddress { getsockname(fileDescriptor, $0, $1) }
    }

    public var backlog: Int { waiting?.count ?? 0 }

    @discardableResult
    public func send(_ bytes: RawSpan) -> SendOutcome {
        guard phase == .open else { return .closed }
        let size = bytes.byteCount
        guard size > 0 else { return .sent }
        if let waiting {
            guard backlog + size <= backlogLimit else { return .refused }
            bytes.withUnsafeBytes { waiting.append($0) }
            return .queued
        }
        let taken = bytes.withUnsafeBytes { Glibc.send(fileDescriptor, $0.baseAddress, size, Int32(MSG_NOSIGNAL)) }
        if taken == size { return .sent }
        if taken < 0, errno != EAGAIN, errno != EINTR {
            end(CloseReason(errno: errno))
            return .closed
        }
        let waiting = awaitWritable()
        bytes.withUnsafeBytes { waiting.append(UnsafeRawBufferPointer(rebasing: $0.dropFirst(max(0, taken)))) }
        return .queued
    }

    public func pauseReading() {
        isPaused = true
        readable = nil
    }

    public func resumeReading() {
        isPaused = false
        if phase == .open { watchReadable() }
    }

    public func prioritise(_ isFirst: Bool) {
        guard isFirst != hasPriority else { return }
        hasPriority = isFirst
        readable?.setPriority(isFirst ? .first : .other)
    }

    public func close(_ mode: CloseMode) {
        guard phase != .closed else { return }
        if case .orderly = mode, phase == .open, let waiting {
            phase = .draining
            readable = nil
            waiting.lingering = loop.after(Self.lingerLimit) { [unowned self] in close(.abort) }
            return
        }
        if case .orderly = mode, phase == .draining { return }
        if case .abort = mode { Self.resetOnClose(fileDescriptor) }
        end(.local)
    }

    private func adopt(_ handler: any ConnectionHandler) {
        self.handler = handler
        itself = self
        if remoteAddress.family != AF_UNIX, fileDescriptor >= 0 { Self.setOption(fileDescriptor, Int(IPPROTO_TCP), TCP_NODELAY, 1) }
    }

    private func watchReadable() {
        guard !isPaused else { return }
        let event = Event(loop: loop, descriptor: fileDescriptor, kind: EV_READ | EV_PERSIST, context: self) { _, _, context in
            guard let context else { return }
            Unmanaged<Stream>.fromOpaque(context).takeUnretainedValue().didBecomeReadable()
        }
        if hasPriority { event.setPriority(.first) }
        event.add()
        readable = consume event
    }

    @discardableResult
    private func awaitWritable() -> Waiting {
        let event = Event(loop: loop, descriptor: fileDescriptor, kind: EV_WRITE | EV_PERSIST, context: self) { _, _, context in
            guard let context else { return }
            Unmanaged<Stream>.fromOpaque(context).takeUnretainedValue().didBecomeWritable()
        }
        event.add()
        let waiting = Waiting()
        waiting.writable = consume event
        self.waiting = waiting
        return waiting
    }

    /// One read a wake-up: a stream with much to say comes round again after the others.
    private func didBecomeReadable() {
        let began = hasPriority ? loop.now : nil
        defer { if let began { loop.noteFirst(for: loop.now - began) } }
        if loop.mustRest(self, hasPriority: hasPriority) { readable?.remove() }
        let buffer = loop.readBuffer
        let count = recv(fileDescriptor, buffer.baseAddress, buffer.count, 0)
        switch count {
        case 1...:
            let received = UnsafeRawBufferPointer(start: buffer.baseAddress, count: count)
            handler?.connection(self, didReceive: received.bytes)
        case 0:
            end(.peerClosed)
        default:
            if errno != EAGAIN, errno != EINTR { end(CloseReason(errno: errno)) }
        }
    }

    func resumeAfterRest() { readable?.add() }

    private func didBecomeWritable() {
        if phase == .connecting {
            finishConnecting()
        } else {
            flush()
        }
    }

    private func finishConnecting() {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(fileDescriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        guard code == 0 else { return end(CloseReason(errno: code)) }
        phase = .open
        waiting = nil
        watchReadable()
        handler?.connectionDidOpen(self)
    }

    private func flush() {
        guard let waiting else { return }
        guard waiting.write(to: fileDescriptor) else {
            if errno != EAGAIN, errno != EINTR { end(CloseReason(errno: errno)) }
            return
        }
        guard waiting.count == 0 else { return }
        self.waiting = nil
        if phase == .draining { end(.local) } else { handler?.connectionDidDrain(self) }
    }

    public func startTLS(_ context: TLSContext) throws(TLSError) -> any Connection {
        guard phase == .open, waiting == nil, let handler else { throw TLSError("speak TLS with \(remoteAddress) now") }
        let (descriptor, local) = (fileDescriptor, localAddress)
        readable = nil
        fileDescriptor = -1
        phase = .closed
        loop.afterThisCallback { [self] in
            self.handler = nil
            itself = nil
        }
        return try TLSStream(
            descriptor, context, local: local, remote: remoteAddress, backlogLimit: Int(backlogLimit), loop: loop,
            handler: handler)
    }

    static func resetOnClose(_ descriptor: Int32) {
        var immediately = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &immediately, socklen_t(MemoryLayout<linger>.size))
    }

    /// Hears and says nothing from now on, and tells the handler once the callback in progress has ended.
    private func end(_ reason: CloseReason) {
        guard phase != .closed else { return }
        phase = .closed
        readable = nil
        waiting = nil
        ended = reason
        // Where the peer has ended it, the descriptor goes with the report and not before: closing takes the kernel longer
        // than all else here, and where thousands of clients end at once, the others would wait for it.
        if case .local = reason { closeDescriptor() }
        reportEnd()
    }

    private func reportEnd() {
        guard let ended, let handler else { return }
        loop.afterThisCallback { [self] in
            closeDescriptor()
            self.handler = nil
            itself = nil
            handler.connection(self, didCloseWith: ended)
        }
    }

    private func closeDescriptor() {
        guard fileDescriptor >= 0 else { return }
        Glibc.close(fileDescriptor)
        fileDescriptor = -1
    }

    static func setOption(_ descriptor: Int32, _ level: Int, _ name: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, Int32(level), name, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
