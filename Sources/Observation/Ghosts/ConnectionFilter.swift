import Time

/// Which connections are meant.
public struct ConnectionFilter: Sendable {
    public var ports: Set<UInt16> = []
    /// A process's name or number: the listener's or that of whoever holds the connection.
    public var process: String?
    public var peer: AddressRange?
    public var silent: Duration?

    public init() {}

    /// What the socket alone can tell.
    public func admits(_ socket: TCPSocket) -> Bool {
        if !ports.isEmpty, !ports.contains(socket.id.localPort) { return false }
        if let peer, !peer.contains(socket.peer) { return false }
        if let silent, .milliseconds(socket.info?.silence ?? 0) < silent { return false }
        return true
    }

    public func admits(server: Server, process: Int32, name: @autoclosure () -> String) -> Bool {
        guard let wanted = self.process else { return true }
        if let number = Int32(wanted) { return number == process || number == server.process }
        return wanted == server.name || wanted == name()
    }
}
