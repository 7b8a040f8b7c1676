import CLinux
import EventLoop
import Glibc
import Time

/// A TCP socket that the kernel has let go of.
public struct DestroyedSocket: Hashable, Sendable {
    public let local: SocketAddress
    public let remote: SocketAddress
    /// The state it had when it went, by the numbers of the kernel's `tcp_states.h`: 7 is CLOSE, which is where a
    /// connection that timed out or was reset has got to; 2 is SYN_SENT and so on.
    public let state: UInt8

    public init(local: SocketAddress, remote: SocketAddress, state: UInt8) {
        self.local = local
        self.remote = remote
        self.state = state
    }
}

/// Hears of every TCP socket's end in one network namespace, whoever owns it: a witness for the moment a server gave a
/// connection up that works for servers we did not write.
///
/// The kernel speaks when the socket itself is freed, which for one that timed out or was reset is when its program
/// closes the descriptor, not when the error was raised; for a server that waits on its sockets the two are a wake-up
/// apart. Listening sockets end too and are reported, with remote port 0.
public final class DestroyWatch {
    /// What is asked of the kernel for ends that are not read yet, in bytes: room for some 30,000.
    public static let receiveBuffer: Int32 = 64 << 20
    /// In a user namespace the kernel gives a socket `net.core.rmem_max` only, room for about a hundred ends. So many
    /// sockets, each for the ends of a share of the remote ports, then hold some three thousand between them.
    private static let shares: UInt32 = 32

    /// How often the kernel had to throw ends away because this process did not read them in time (ENOBUFS,
    /// netlink(7)). Anything above 0 means that ends are missing, and nobody knows how many.
    public private(set) var overruns = 0

    private var descriptors: [Int32] = []
    private let loop: EventLoop
    private var watches: [DescriptorWatch] = []
    private let onDestroy: (DestroyedSocket, MonotonicTime) -> Void
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)

    /// Watches the network namespace that the calling thread is in now; it may leave afterwards.
    ///
    /// - Parameters:
    ///   - receiveBuffer: bytes of ends that the kernel is to keep until they are read here.
    ///   - onDestroy: the socket, and CLOCK_MONOTONIC when the message was received here.
    /// - Throws: ``NetlabError/notPermitted(action:)`` without CAP_NET_ADMIN in the network namespace.
    public init(
        on loop: EventLoop, receiveBuffer: Int32 = DestroyWatch.receiveBuffer,
        _ onDestroy: @escaping (DestroyedSocket, MonotonicTime) -> Void
    ) throws(NetlabError) {
        self.loop = loop
        self.onDestroy = onDestroy
        var forced: Int32 = 0
        let whole = linux_open_tcp_destroy_socket(receiveBuffer, 0, 1, &forced)
        guard whole >= 0 else { throw NetlabError.from(errno: errno, "watch for the end of TCP sockets") }
        descriptors = [whole]
        if forced == 0 {
            close(whole)
            descriptors = (0..<Self.shares).map {
                linux_open_tcp_destroy_socket(receiveBuffer, $0, Self.shares, &forced)
            }
            guard !descriptors.contains(-1) else {
                throw NetlabError.from(errno: errno, "watch for the end of TCP sockets")
            }
        }
        watches = descriptors.map { descriptor in loop.onReadable(descriptor) { [unowned self] in readAll(descriptor) } }
    }

    deinit {
        watches = []
        for descriptor in descriptors where descriptor >= 0 { close(descriptor) }
        buffer.deallocate()
    }

    /// Reads what has come, as the loop does by itself whenever something has. To call before looking at the result of
    /// a run that has just ended.
    public func readAll() {
        for descriptor in descriptors { readAll(descriptor) }
    }

    private func readAll(_ descriptor: Int32) {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            guard count >= 0 else {
                // An overrun is reported once, in front of what could still be kept.
                if errno == ENOBUFS {
                    overruns += 1
                    continue
                }
                if errno == EINTR { continue }
                return
            }
            report(count, at: loop.now)
        }
    }

    private func report(_ count: Int, at now: MonotonicTime) {
        var offset: UInt = 0
        var ended = linux_destroyed_socket()
        while true {
            switch linux_next_destroyed_socket(buffer.baseAddress, UInt(count), &offset, &ended) {
            case 1: onDestroy(DestroyedSocket(ended), now)
            case 0: continue
            default: return
            }
        }
    }
}

extension DestroyedSocket {
    init(_ ended: linux_destroyed_socket) {
        func address(_ bytes: UnsafeRawBufferPointer, _ port: UInt16) -> SocketAddress {
            if Int32(ended.family) == AF_INET {
                return .ipv4(UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)), port: port)
            }
            let high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
            let low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            // A dual-stack listener's connections are IPv4 ones in IPv6 clothes (RFC 4291, 2.5.5.2).
            if high == 0, low >> 32 == 0xFFFF { return .ipv4(UInt32(truncatingIfNeeded: low), port: port) }
            return .ipv6(high, low, port: port)
        }
        self.init(
            local: withUnsafeBytes(of: ended.local_address) { address($0, ended.local_port) },
            remote: withUnsafeBytes(of: ended.remote_address) { address($0, ended.remote_port) },
            state: ended.state)
    }
}
