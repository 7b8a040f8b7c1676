import SocketDiag

/// A network namespace, held open so that it can be entered (network_namespaces(7)).
///
/// A thread is in one namespace; a socket stays for ever in the one it was made in. So a program makes its sockets
/// within a namespace and may serve those of several from one loop.
public final class NetworkNamespace {
    /// Where ip-netns(8) keeps named namespaces.
    public static let directory = "/run/netns"

    private let handle: NamespaceHandle

    /// Opens a namespace that `ip netns add` made.
    ///
    /// - Throws: ``NetlabError/noSuchNamespace(_:)`` where there is none of that name.
    public init(named name: String) throws(NetlabError) {
        do throws(SocketDiagError) {
            handle = try NamespaceHandle(path: "\(Self.directory)/\(name)")
        } catch {
            if case .noSuchNamespace = error { throw .noSuchNamespace(name) }
            throw NetlabError(error)
        }
    }

    /// Runs `body` with the calling thread in the named namespace, and brings the thread back however `body` ends.
    ///
    /// `body` must not change threads.
    public static func within<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        let namespace = try NetworkNamespace(named: name)
        do {
            return try namespace.handle.within(body)
        } catch let error as SocketDiagError {
            throw NetlabError(error)
        }
    }
}
