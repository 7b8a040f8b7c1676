import Time

/// One established connection that came to a listening socket of this machine.
public struct Connection: Sendable {
    public var socket: TCPSocket
    /// Which of ``Census/servers`` it came to.
    public var server: Int
    /// The process that holds it and the number of its descriptor there; 0 where this user may not see it.
    public var process: Int32 = 0
    public var descriptor: Int32 = 0
    /// nil where they cannot be read.
    public var options: LivenessOptions?
    public var held: HeldAtMost
    public var verdict = Verdict.notAsked

    public init(socket: TCPSocket, server: Int, held: HeldAtMost) {
        self.socket = socket
        self.server = server
        self.held = held
    }

    /// Since when nothing has come from the peer.
    public var silence: Duration { .milliseconds(socket.info?.silence ?? 0) }

    /// For how long the peer's window has been closed, as far as that can be told: nothing has been sent since.
    public var windowClosed: Duration? {
        held.situation == .windowClosed ? .milliseconds(socket.info?.lastDataSent ?? 0) : nil
    }

    /// Whether the kernel would ever probe it while it is idle; nil where that cannot be told, since another timer hides it.
    public var hasKeepalive: Bool? {
        if let options { return options.keepalive }
        if socket.timer == .keepalive { return true }
        return held.situation == .idle ? false : nil
    }
}

/// A listening socket and who owns it.
public struct Server: Hashable, Sendable {
    /// Which of the network namespaces looked into; 0 is the first.
    public var namespace: Int
    public var port: UInt16
    public var process: Int32
    /// Its process's name, safe to show; empty where this user may not see it.
    public var name: String

    public init(namespace: Int, port: UInt16, process: Int32, name: String) {
        self.namespace = namespace
        self.port = port
        self.process = process
        self.name = name
    }

    public var shown: String { name.isEmpty ? "?" : "\(name)/\(process)" }
}

/// All connections looked at, with their servers.
public struct Census: Sendable {
    public var servers: [Server] = []
    public var connections: [Connection] = []
    /// What the namespaces are called, by their numbers.
    public var namespaces: [String] = []

    public init() {}

    /// Worst first: what would be held longest, and of that what has been silent longest.
    public func worstFirst() -> [Int] {
        connections.indices.sorted { one, other in
            let (a, b) = (connections[one], connections[other])
            if a.held.time != b.held.time {
                guard let first = a.held.time, let second = b.held.time else { return a.held.time == nil }
                return first > second
            }
            if a.silence != b.silence { return a.silence > b.silence }
            return one < other
        }
    }

    public func summaries() -> [ServerSummary] {
        var summaries = servers.map { ServerSummary(server: $0) }
        for connection in connections { summaries[connection.server].add(connection) }
        return summaries.filter { $0.connections > 0 }.sorted {
            ($0.server.namespace, $0.server.port, $0.server.process) < ($1.server.namespace, $1.server.port, $1.server.process)
        }
    }
}
