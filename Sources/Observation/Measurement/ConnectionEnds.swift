import Time

/// When connections ended, as somebody says who is not the server: the kernel that let go of its sockets, or the wire.
public struct ConnectionEnds: Sendable {
    /// How far the time of day, by which captures are timed, may have been pushed from CLOCK_MONOTONIC in the course of a run.
    private static let slack = Duration.milliseconds(50)

    private var moments: [String: [MonotonicTime]] = [:]

    public init() {}

    /// - Parameter remote: what the peer is known by: its address and port, with the connectionID where there is one.
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
        return [remote, host + ":0"].compactMap { moments[$0]?.first { $0 + Self.slack >= start } }.min()
    }
}
