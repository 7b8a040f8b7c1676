import CLinux
import Glibc

/// A network namespace, held open so that it can be entered (network_namespaces(7)).
///
/// A thread is in one namespace; a socket stays for ever in the one it was made in. So a program makes its sockets
/// within a namespace and may serve those of several from one loop.
public final class NetworkNamespace {
    /// Where ip-netns(8) keeps named namespaces.
    public static let directory = "/run/netns"

    private let descriptor: Int32
    private let name: String

    /// Opens a namespace that `ip netns add` made.
    ///
    /// - Throws: ``NetlabError/noSuchNamespace(_:)`` where there is none of that name.
    public convenience init(named name: String) throws(NetlabError) {
        try self.init(path: "\(Self.directory)/\(name)", name: name)
    }

    private init(path: String, name: String) throws(NetlabError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        self.name = name
        guard descriptor >= 0 else {
            throw errno == ENOENT ? .noSuchNamespace(name) : .from(errno: errno, "open the network namespace \(name)")
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// The namespace that the calling thread is in.
    public static func current() throws(NetlabError) -> NetworkNamespace {
        try NetworkNamespace(path: "/proc/thread-self/ns/net", name: "of this thread")
    }

    /// Moves the calling thread into this namespace (setns(2)).
    ///
    /// - Throws: ``NetlabError/notPermitted(action:)`` without CAP_SYS_ADMIN in the namespace's user namespace.
    public func enter() throws(NetlabError) {
        guard linux_enter_network_namespace(descriptor) == 0 else {
            throw NetlabError.from(errno: errno, "enter the network namespace \(name)")
        }
    }

    /// Runs `body` with the calling thread in the named namespace, and brings the thread back however `body` ends.
    ///
    /// `body` must not change threads.
    public static func within<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        let home = try current()
        try NetworkNamespace(named: name).enter()
        let result = Swift.Result { try body() }
        // A thread left in the wrong namespace would make every later socket there: rather that error than body's.
        try home.enter()
        return try result.get()
    }
}
