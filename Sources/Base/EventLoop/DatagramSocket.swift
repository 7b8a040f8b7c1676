import CLibevent
import CLinux
import Glibc

/// A non-blocking UDP socket. One carries any number of connections; who speaks is in each datagram's address.
public final class DatagramSocket {
    public let address: SocketAddress
    private let loop: EventLoop
    private var descriptor: Int32
    private var readable: Event?
    private let receive: Receiver
    /// Most datagrams read in one wake-up.
    private static let readsPerWakeup = 64
    /// Asked of the kernel for each direction: one socket takes what thousands of peers say at once. Root gets it; others
    /// get what net.core.rmem_max and wmem_max allow, 208 KiB where nobody has raised them (socket(7)).
    private static let bufferSize: Int32 = 4 << 20

    /// Hears a datagram, where it came from, and the IPv4 address it was sent to (0 for IPv6).
    public typealias Receiver = (_ bytes: RawSpan, _ peer: SocketAddress, _ destination: UInt32) -> Void

    /// Binds at once. `receive` hears each datagram; its bytes are the loop's and valid until it returns.
    public convenience init(
        on loop: EventLoop, address: SocketAddress, receive: @escaping (RawSpan, SocketAddress) -> Void
    ) throws(EventLoopError) {
        try self.init(on: loop, address: address) { bytes, peer, _ in receive(bytes, peer) }
    }

    /// As the other, and tells the address of this host that each datagram was sent to, for a socket that is bound to all
    /// of them.
    public init(on loop: EventLoop, address: SocketAddress, receiveAddressed: @escaping Receiver) throws(EventLoopError) {
        let descriptor = socket(address.family, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw EventLoopError("open a socket", errno: errno) }
        guard address.withSystemAddress({ bind(descriptor, $0, $1) }) == 0 else {
            let code = errno
            Glibc.close(descriptor)
            throw EventLoopError("bind to \(address)", errno: code)
        }
        if case .ipv4 = address { Stream.setOption(descriptor, IPPROTO_IP, IP_PKTINFO, 1) }
        for option in [SO_RCVBUF, SO_RCVBUFFORCE, SO_SNDBUF, SO_SNDBUFFORCE] {
            Stream.setOption(descriptor, Int(SOL_SOCKET), option, Self.bufferSize)
        }
        self.descriptor = descriptor
        self.loop = loop
        receive = receiveAddressed
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
    ///
    /// - Parameter source: the IPv4 address of this host to send from, for a socket that is bound to all of them; 0 for
    ///   the one that the kernel chooses.
    @discardableResult
    public func send(_ bytes: RawSpan, to peer: SocketAddress, from source: UInt32 = 0) -> Bool {
        peer.withSystemAddress { address, length in
            bytes.withUnsafeBytes {
                linux_send_datagram(descriptor, $0.baseAddress, UInt($0.count), address, length, source.bigEndian) == $0.count
            }
        }
    }

    /// The address of this host that the kernel would send from to `peer`; nil where no route leads there.
    public static func localAddress(towards peer: SocketAddress) -> SocketAddress? {
        let descriptor = socket(peer.family, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        guard peer.withSystemAddress({ connect(descriptor, $0, $1) }) == 0 else { return nil }
        return SocketAddress { getsockname(descriptor, $0, $1) }
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
            var destination: UInt32 = 0
            let peer = SocketAddress {
                count = linux_receive_datagram(descriptor, buffer.baseAddress, UInt(buffer.count), $0, $1, &destination)
                return count < 0 ? -1 : 0
            }
            guard count >= 0 else { return }
            guard let peer else { continue }
            receive(UnsafeRawBufferPointer(start: buffer.baseAddress, count: count).bytes, peer, UInt32(bigEndian: destination))
        }
    }
}
