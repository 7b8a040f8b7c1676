import CLibevent
import CLinux
import Glibc

/// The 802.2 frames on a network interface, whole, whatever stations they are for; sends frames from any station.
///
/// It takes CAP_NET_RAW, as in a network namespace of one's own.
public final class FrameSocket {
    public let interface: String
    private let loop: EventLoop
    private let descriptor: Int32
    private var readable: Event?
    private let receive: (RawSpan) -> Void
    /// Most frames read in one wake-up.
    private static let readsPerWakeup = 64
    /// As a ``DatagramSocket``'s.
    private static let bufferSize: Int32 = 4 << 20

    /// `receive` hears each frame from its destination address on; its bytes are the loop's and valid until it returns.
    public init(on loop: EventLoop, interface: String, receive: @escaping (RawSpan) -> Void) throws(EventLoopError) {
        let descriptor = linux_open_frame_socket(interface)
        guard descriptor >= 0 else { throw EventLoopError("take frames from the interface \(interface)", errno: errno) }
        Stream.setOption(descriptor, Int(SOL_SOCKET), SO_RCVBUF, Self.bufferSize)
        Stream.setOption(descriptor, Int(SOL_SOCKET), SO_SNDBUF, Self.bufferSize)
        self.descriptor = descriptor
        self.interface = interface
        self.loop = loop
        self.receive = receive
        let event = Event(loop: loop, descriptor: descriptor, kind: EV_READ | EV_PERSIST, context: self) { _, _, context in
            guard let context else { return }
            Unmanaged<FrameSocket>.fromOpaque(context).takeUnretainedValue().readSome()
        }
        event.add()
        readable = consume event
    }

    deinit {
        readable = nil
        Glibc.close(descriptor)
    }

    /// Puts one frame on the wire. False where the kernel has no room for it now.
    @discardableResult
    public func send(_ frame: RawSpan) -> Bool {
        frame.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, 0) == $0.count }
    }

    private func readSome() {
        let buffer = loop.readBuffer
        for _ in 0..<Self.readsPerWakeup {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            guard count >= 0 else { return }
            receive(UnsafeRawBufferPointer(start: buffer.baseAddress, count: count).bytes)
        }
    }
}
