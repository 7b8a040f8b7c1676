import CLibevent
import Glibc

/// A bound, listening, non-blocking socket; a UNIX one is readable and writable by its owner alone. One that a service manager
/// has opened at the address is taken as it is, and its path stays when this process ends (see ``InheritedSockets``).
struct ListeningSocket {
    let descriptor: Int32
    /// Where it really listens: with the port that the kernel chose, where none was given.
    let address: SocketAddress
    private let path: SocketPath?

    /// - Throws: where the kernel gives no socket, the address is taken, or a UNIX socket's path is anything else.
    init(at address: SocketAddress) throws(EventLoopError) {
        if let inherited = InheritedSockets.take(address) {
            (descriptor, self.address, path) = (inherited, address, nil)
            return
        }
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, kind, 0)
        guard descriptor >= 0 else { throw EventLoopError("open a socket", errno: errno) }
        do throws(EventLoopError) {
            path = try Self.listen(descriptor, at: address)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.address = SocketAddress { getsockname(descriptor, $0, $1) } ?? address
    }

    private static func listen(_ descriptor: Int32, at address: SocketAddress) throws(EventLoopError) -> SocketPath? {
        if case .unix(let path) = address { return try SocketPath.listen(descriptor, at: path) }
        Stream.setOption(descriptor, Int(SOL_SOCKET), SO_REUSEADDR, 1)
        guard address.withSystemAddress({ bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, SOMAXCONN) == 0 else {
            throw EventLoopError("listen on \(address)", errno: errno)
        }
        return nil
    }

    /// Takes a UNIX socket's path away, if it is still this socket's. To be called before the descriptor is closed.
    func removePath() { path?.remove() }
}
