import CLibevent
import Glibc

/// A non-blocking UDP socket. One carries any number of conversations; who speaks is in each datagram's address.
public final class DatagramSocket {
    public let address: SocketAddress
    private let loop: EventLoop
    private var descriptor: Int32
    private var readable: Event?
    private let receive: (RawSpan, SocketAddress) -> Void
    /// Most datagrams read in one wake-up.
    private static let readsPerWakeup = 64

    /// Binds at once. `receive` hears each datagram; its bytes are the loop's and valid until it returns.
    public init(
        on loop: EventLoop, address: SocketAddress, receive: @escaping (RawSpan, SocketAddress) -> Void
    ) throws(EventLoopError) {
        let descriptor = socket(address.family, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw EventLoopError("open a socket", errno: errno) }
        guard address.withSystemAddress({ bind(descriptor, $0, $1) }) == 0 else {
            let code = errno
            Glibc.close(descriptor)
            throw EventLoopError("bind to \(address)", errno: code)
        }
        self.descriptor = descriptor
        self.loop = loop
        self.receive = receive
        self.address = SocketAddress { getsockname(descriptor, $0, $1) } ?? address
        let event = Event(loop: loop, descriptor: descriptor, kind: EV_READ | EV_PERSIST, context: self) { _, _, context in
            guard let context else { return }
            Unmanaged<DatagramSocket>.fromOpaque(context).takeUnretainedValue().readSome()
        }
        event.add()
        readable = consume event
    }

    deinit { close() }

    /// Sends one datagram. False where the kernel has no room for it now, or says that the peer is not there: a
    /// datagram may be lost anyway, and whoever needs it sends it again.
    @discardableResult
    public func send(_ bytes: RawSpan, to peer: SocketAddress) -> Bool {
        peer.withSystemAddress { address, length in
            bytes.withUnsafeBytes { sendto(descriptor, $0.baseAddress, $0.count, 0, address, length) == $0.count }
        }
    }

    public func close() {
        guard descriptor >= 0 else { return }
        readable = nil
        Glibc.close(descriptor)
        descriptor = -1
    }

    private func readSome() {
        let buffer = loop.readBuffer
        for _ in 0..<Self.readsPerWakeup {
            guard descriptor >= 0 else { return }
            var count = -1
            let peer = SocketAddress {
                count = recvfrom(descriptor, buffer.baseAddress, buffer.count, 0, $0, $1)
                return count < 0 ? -1 : 0
            }
            guard count >= 0 else { return }
            guard let peer else { continue }
            receive(UnsafeRawBufferPointer(start: buffer.baseAddress, count: count).bytes, peer)
        }
    }
}
