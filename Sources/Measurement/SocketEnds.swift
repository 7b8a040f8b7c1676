import Time

/// When the kernel let go of the server's sockets, as it said itself.
public struct SocketEnds: Sendable {
    private var moments: [String: [MonotonicTime]] = [:]

    public init() {}

    /// - Parameter remote: the peer's address and port.
    public mutating func add(_ remote: String, at moment: MonotonicTime) {
        moments[remote, default: []].append(moment)
    }

    /// The first end of a connection with `remote` after `start`.
    ///
    /// A socket that its own program reset has forgotten its peer's port by the time it is freed (tcp_disconnect in the
    /// kernel clears it), so that one with port 0 and the same address counts too: in the lab every workstation has its
    /// own address, and one connection at a time.
    func first(of remote: String, after start: MonotonicTime) -> MonotonicTime? {
        let host = remote.prefix(upTo: remote.lastIndex(of: ":") ?? remote.endIndex)
        return [remote, host + ":0"].compactMap { moments[$0]?.first { $0 >= start } }.min()
    }
}
