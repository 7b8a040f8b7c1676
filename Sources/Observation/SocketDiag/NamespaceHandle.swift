import CLinux
import Glibc

/// A network namespace, held open so that it can be entered (network_namespaces(7)).
///
/// A thread is in one namespace; a socket stays for ever in the one it was made in.
public final class NamespaceHandle {
    private let descriptor: Int32
    private let path: String

    /// - Parameter path: /proc/PID/ns/net, or a file of ip-netns(8) in /run/netns.
    public init(path: String) throws(SocketDiagError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT
                ? .noSuchNamespace(path) : .from(errno: errno, "open the network namespace \(path)", capability: "CAP_SYS_PTRACE")
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// The namespace that the calling thread is in.
    public static func current() throws(SocketDiagError) -> NamespaceHandle { try NamespaceHandle(path: "/proc/thread-self/ns/net") }

    /// The number that tells namespaces apart: the inode of its file.
    public var identifier: UInt64 {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? UInt64(status.st_ino) : 0
    }

    /// Moves the calling thread into this namespace (setns(2)).
    public func enter() throws(SocketDiagError) {
        guard linux_enter_network_namespace(descriptor) == 0 else {
            throw .from(errno: errno, "enter the network namespace \(path)", capability: "CAP_SYS_ADMIN")
        }
    }

    /// Runs `body` with the calling thread in this namespace, and brings the thread back however `body` ends. `body` must not
    /// change threads.
    public func within<Result>(_ body: () throws -> Result) throws -> Result {
        let home = try Self.current()
        try enter()
        let result = Swift.Result { try body() }
        // A thread left in the wrong namespace would make every later socket there: rather that error than body's.
        try home.enter()
        return try result.get()
    }
}
