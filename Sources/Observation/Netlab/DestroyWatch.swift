import EventLoop
import Ghosts
import SocketDiag
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
    /// How often the kernel had to throw ends away because this process did not read them in time (ENOBUFS,
    /// netlink(7)). Anything above 0 means that ends are missing, and nobody knows how many.
    public var overruns: Int { events.overruns }

    private let events: DestroyEvents
    private let loop: EventLoop
    private var watches: [DescriptorWatch] = []
    private let onDestroy: (DestroyedSocket, MonotonicTime) -> Void

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
        do throws(SocketDiagError) {
            events = try DestroyEvents(receiveBuffer: receiveBuffer)
        } catch {
            throw NetlabError(error)
        }
        watches = events.descriptors.map { descriptor in
            loop.onReadable(descriptor) { [unowned self] in events.read(descriptor, report) }
        }
    }

    /// Reads what has come, as the loop does by itself whenever something has. To call before looking at the result of
    /// a run that has just ended.
    public func readAll() { events.read(report) }

    private func report(_ ended: TCPSocket) {
        onDestroy(DestroyedSocket(local: ended.local, remote: ended.peer, state: ended.state), loop.now)
    }
}
