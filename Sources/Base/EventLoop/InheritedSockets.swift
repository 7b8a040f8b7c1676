import Glibc
import Synchronization

/// The listening sockets that a service manager opened for this process: as many as LISTEN_FDS says, from descriptor 3 on, if
/// LISTEN_PID is this process (sd_listen_fds(3)).
///
/// Whoever listens at an address that one of them has gets that one. So the command line says where to listen, the same
/// with a service manager and without.
public enum InheritedSockets {
    /// SD_LISTEN_FDS_START.
    private static let firstDescriptor: Int32 = 3
    private static let found = Mutex(find())

    /// Where those listen that nobody has asked for.
    public static var unclaimed: [SocketAddress] { found.withLock { $0.map(\.address) } }

    /// The descriptor that listens at this address, non-blocking; it is the caller's from now on.
    static func take(_ address: SocketAddress) -> Int32? {
        found.withLock { found in
            found.firstIndex { $0.address == address }.map { found.remove(at: $0).descriptor }
        }
    }

    private static func find() -> [(address: SocketAddress, descriptor: Int32)] {
        guard number("LISTEN_PID") == getpid(), let count = number("LISTEN_FDS"), count > 0 else { return [] }
        // They are this process's and not its children's.
        for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { unsetenv(name) }
        return (firstDescriptor..<firstDescriptor + min(count, 1024)).compactMap { descriptor in
            var listens: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            guard getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) == 0, listens != 0,
                let address = SocketAddress(filling: { getsockname(descriptor, $0, $1) })
            else { return nil }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
            return (address, descriptor)
        }
    }

    private static func number(_ name: String) -> Int32? { getenv(name).flatMap { Int32(String(cString: $0)) } }
}
