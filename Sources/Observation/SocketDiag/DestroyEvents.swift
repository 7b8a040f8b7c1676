import CLinux
import Ghosts
import Glibc

/// Every TCP socket's end in one network namespace, as the kernel publishes it (sock_diag(7), SKNLGRP_INET_TCP_DESTROY), read when
/// asked to: whoever waits for the descriptors waits as he likes.
public final class DestroyEvents {
    /// In a user namespace the kernel gives a socket `net.core.rmem_max` only, room for about a hundred ends. So many
    /// sockets, each for the ends of a share of the remote ports, then hold some three thousand between them.
    private static let shares: UInt32 = 32

    /// They become readable when something has ended.
    public let descriptors: [Int32]
    /// How often the kernel had to throw ends away (ENOBUFS, netlink(7)).
    public private(set) var overruns = 0
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)

    /// Of the network namespace that the calling thread is in now; it may leave afterwards.
    ///
    /// - Parameter receiveBuffer: bytes of ends that the kernel is to keep until they are read.
    public init(receiveBuffer: Int32) throws(SocketDiagError) {
        var forced: Int32 = 0
        var opened = [linux_open_tcp_destroy_socket(receiveBuffer, 0, 1, &forced)]
        if opened[0] >= 0, forced == 0 {
            close(opened[0])
            opened = (0..<Self.shares).map { linux_open_tcp_destroy_socket(receiveBuffer, $0, Self.shares, &forced) }
        }
        descriptors = opened
        guard !opened.contains(-1) else {
            throw .from(errno: errno, "watch for the end of TCP sockets", capability: "CAP_NET_ADMIN")
        }
    }

    deinit {
        for descriptor in descriptors where descriptor >= 0 { close(descriptor) }
        buffer.deallocate()
    }

    /// Reads what has come.
    public func read(_ each: (TCPSocket) -> Void) {
        for descriptor in descriptors { read(descriptor, each) }
    }

    public func read(_ descriptor: Int32, _ each: (TCPSocket) -> Void) {
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
            for message in DiagMessages(UnsafeRawBufferPointer(rebasing: buffer[..<count])) where message.type == DiagRequest.byFamily {
                if let socket = TCPSocket(diag: message.payload) { each(socket) }
            }
        }
    }
}
