import CLibevent
import COpenSSL
import Glibc
import Wire

/// A stream over which TLS is spoken, on libevent's OpenSSL buffer events. It comes of ``Stream/startTLS(_:)``.
public final class TLSStream: Connection {
    public let localAddress: SocketAddress?
    public let remoteAddress: SocketAddress
    private let loop: EventLoop
    private let backlogLimit: Int
    private var buffers: OpaquePointer?
    private var handler: (any ConnectionHandler)?
    private var isDraining = false
    private var isPaused = false
    /// Whether the handler shall hear that the backlog is empty.
    private var hasGrown = false
    private var lingering: Timer?
    /// Holds the stream while it is open, whoever else lets go of it.
    private var itself: TLSStream?

    /// Takes a connected descriptor over, whatever comes of it.
    init(
        _ descriptor: Int32, _ context: TLSContext, local: SocketAddress?, remote: SocketAddress, backlogLimit: Int,
        loop: EventLoop, handler: any ConnectionHandler
    ) throws(TLSError) {
        localAddress = local
        remoteAddress = remote
        self.loop = loop
        self.backlogLimit = backlogLimit
        self.handler = handler
        let state = context.isServer ? BUFFEREVENT_SSL_ACCEPTING : BUFFEREVENT_SSL_CONNECTING
        // Deferred: no callback comes from within a call of ours.
        let options = Int32(BEV_OPT_CLOSE_ON_FREE.rawValue | BEV_OPT_DEFER_CALLBACKS.rawValue)
        guard let session = SSL_new(context.pointer),
            let buffers = bufferevent_openssl_socket_new(loop.base, descriptor, session, state, options)
        else {
            Glibc.close(descriptor)
            throw TLSError("speak TLS with \(remote)")
        }
        self.buffers = buffers
        itself = self
        bufferevent_setcb(
            buffers, { _, context in TLSStream.from(context)?.deliver() }, { _, context in TLSStream.from(context)?.didDrain() },
            { _, what, context in
                let code = errno
                TLSStream.from(context)?.didHappen(what, code)
            }, Unmanaged.passUnretained(self).toOpaque())
        bufferevent_setwatermark(buffers, Int16(EV_READ), 0, loop.readBuffer.count)
        bufferevent_enable(buffers, Int16(EV_READ | EV_WRITE))
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> TLSStream? {
        context.map { Unmanaged<TLSStream>.fromOpaque($0).takeUnretainedValue() }
    }

    /// -1 once closed.
    public var fileDescriptor: Int32 { buffers.map { bufferevent_getfd($0) } ?? -1 }

    public var backlog: Int { buffers.map { evbuffer_get_length(bufferevent_get_output($0)) } ?? 0 }

    @discardableResult
    public func send(_ bytes: RawSpan) -> SendOutcome {
        guard let buffers, !isDraining else { return .closed }
        let before = backlog
        guard before == 0 || before + bytes.byteCount <= backlogLimit else { return .refused }
        _ = bytes.withUnsafeBytes { bufferevent_write(buffers, $0.baseAddress, $0.count) }
        if backlog == 0 { return .sent }
        hasGrown = true
        return .queued
    }

    public func pauseReading() {
        isPaused = true
        if let buffers { bufferevent_disable(buffers, Int16(EV_READ)) }
    }

    public func resumeReading() {
        guard isPaused, let buffers, !isDraining else { return }
        isPaused = false
        bufferevent_enable(buffers, Int16(EV_READ))
        loop.afterThisCallback { [self] in deliver() }
    }

    public func close(_ mode: CloseMode) {
        guard let buffers else { return }
        switch mode {
        case .orderly where isDraining:
            break
        case .orderly where backlog > 0:
            isDraining = true
            bufferevent_disable(buffers, Int16(EV_READ))
            lingering = loop.after(Stream.lingerLimit) { [unowned self] in close(.abort) }
        case .orderly:
            endOrderly(buffers)
        case .abort:
            Stream.resetOnClose(bufferevent_getfd(buffers))
            end(.local)
        }
    }

    /// Says close_notify (RFC 8446, 6.1) before the connection ends: without it a peer takes the end for a broken network, and
    /// rdesktop connects again by itself.
    private func endOrderly(_ buffers: OpaquePointer) {
        SSL_shutdown(bufferevent_openssl_get_ssl(buffers))
        end(.local)
    }

    /// Hands a buffer of what has been deciphered over, and what is left once the others had a turn: as room is made, libevent
    /// deciphers more, so that a peer that never stops would be heard alone.
    private func deliver() {
        guard deliverSome(), let buffers, evbuffer_get_length(bufferevent_get_input(buffers)) > 0 else { return }
        loop.afterThisCallback { [self] in deliver() }
    }

    /// - Returns: whether there was anything that the handler could be given.
    private func deliverSome() -> Bool {
        guard let buffers, !isPaused, !isDraining else { return false }
        let count = evbuffer_remove(bufferevent_get_input(buffers), loop.readBuffer.baseAddress, loop.readBuffer.count)
        guard count > 0 else { return false }
        let received = UnsafeRawBufferPointer(start: loop.readBuffer.baseAddress, count: Int(count))
        handler?.connection(self, didReceive: received.bytes)
        return true
    }

    private func didDrain() {
        if isDraining, let buffers { return endOrderly(buffers) }
        guard hasGrown, backlog == 0 else { return }
        hasGrown = false
        handler?.connectionDidDrain(self)
    }

    private func didHappen(_ what: Int16, _ code: Int32) {
        guard let buffers else { return }
        if Int32(what) & BEV_EVENT_EOF != 0 {
            while deliverSome() {}
            end(.peerClosed)
        } else if Int32(what) & BEV_EVENT_ERROR != 0 {
            let failure = bufferevent_get_openssl_error(buffers)
            end(TLSError.reason(failure).map { .insecure($0) } ?? (code == 0 ? .peerClosed : CloseReason(errno: code)))
        }
    }

    /// Gives everything back now and tells the handler once the callback in progress has ended.
    private func end(_ reason: CloseReason) {
        guard let buffers else { return }
        self.buffers = nil
        lingering = nil
        bufferevent_setcb(buffers, nil, nil, nil, nil)
        bufferevent_free(buffers)
        loop.afterThisCallback { [self] in
            let handler = handler
            self.handler = nil
            itself = nil
            handler?.connection(self, didCloseWith: reason)
        }
    }
}
