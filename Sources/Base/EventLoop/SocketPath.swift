import CLibevent
import Glibc

/// The name in the file system that a UNIX socket of this process is bound to. The name outlives the socket, and may be
/// another server's by the time this one ends.
struct SocketPath {
    private let path: String
    /// What the name led to when it was bound; nil where it was gone at once.
    private let bound: Identity?

    private struct Identity: Equatable {
        let device: dev_t
        let inode: ino_t
    }

    /// Binds a socket to a path and listens.
    ///
    /// - Throws: where the path is served by somebody, or is anything but a socket that nobody listens at any more. Only
    ///   such a socket is taken away.
    static func listen(_ descriptor: Int32, at path: String) throws(EventLoopError) -> SocketPath {
        try withFolderLocked(of: path) { () throws(EventLoopError) in
            try removeDeadSocket(path)
            let address = SocketAddress.unix(path: path)
            // The path gets the socket's own mode, so that it is never open to others, not even for a moment.
            guard fchmod(descriptor, 0o600) == 0, address.withSystemAddress({ bind(descriptor, $0, $1) }) == 0,
                Glibc.listen(descriptor, SOMAXCONN) == 0
            else { throw EventLoopError("listen on \(address)", errno: errno) }
            return SocketPath(path: path, bound: status(path).map(identity))
        }
    }

    /// Takes the name away if it still leads to the socket that was bound. That socket must be open yet: afterwards its inode
    /// may be another's.
    func remove() {
        guard let bound, let now = Self.status(path), Self.isSocket(now), Self.identity(now) == bound else { return }
        unlink(path)
    }

    private static func removeDeadSocket(_ path: String) throws(EventLoopError) {
        guard let found = status(path) else { return }
        let action = "listen on unix:\(path)"
        guard isSocket(found) else {
            throw EventLoopError("\(action): it is \(kind(found)), which stays untouched: give another path", errno: 0)
        }
        // Non-blocking: a server whose queue is full would keep us waiting.
        let kinds = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let probe = socket(AF_UNIX, Int32(kinds), 0)
        guard probe >= 0 else { throw EventLoopError("open a socket", errno: errno) }
        defer { close(probe) }
        guard SocketAddress.unix(path: path).withSystemAddress({ connect(probe, $0, $1) }) != 0 else {
            throw EventLoopError(action, errno: EADDRINUSE)
        }
        switch errno {
        case ECONNREFUSED: unlink(path)
        case ENOENT: break
        case EAGAIN: throw EventLoopError(action, errno: EADDRINUSE)
        case EPROTOTYPE:
            throw EventLoopError("\(action): it is a socket of another kind, which stays untouched: give another path", errno: 0)
        case let code: throw EventLoopError(action, errno: code)
        }
    }

    /// Keeps other servers from taking a path in the same folder meanwhile: between two system calls a socket that is bound
    /// and not yet listening looks dead to them. A folder that cannot be locked is done without.
    private static func withFolderLocked<Result>(
        of path: String, _ body: () throws(EventLoopError) -> Result
    ) throws(EventLoopError) -> Result {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        // Others of this kind hold it for microseconds. Whoever holds it for longer is none of them.
        var tries = 0
        while descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK, tries < 500 {
            tries += 1
            usleep(1_000)
        }
        return try body()
    }

    private static func status(_ path: String) -> stat? {
        var found = stat()
        return lstat(path, &found) == 0 ? found : nil
    }

    private static func identity(_ status: stat) -> Identity { Identity(device: status.st_dev, inode: status.st_ino) }

    private static func isSocket(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFSOCK }

    private static func kind(_ status: stat) -> String {
        switch status.st_mode & S_IFMT {
        case S_IFREG: "a file"
        case S_IFDIR: "a directory"
        case S_IFLNK: "a symbolic link"
        case S_IFIFO: "a FIFO"
        default: "a device"
        }
    }
}
