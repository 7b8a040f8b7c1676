import Time

/// What `tsghosts --json` says of a server: see docs/tsghosts.schema.json.
public struct ServerReport: Encodable, Sendable {
    private let summary: ServerSummary
    private let namespace: String

    public init(_ summary: ServerSummary, namespace: String) {
        self.summary = summary
        self.namespace = namespace
    }

    private enum Key: String, CodingKey {
        case process, pid, port, namespace, connections, withoutKeepalive, silentTenMinutes, windowClosed, windowClosedSeconds,
            waitingBytes, unacknowledged, heldAtMostSeconds, heldAtMostFrom, answered, gone, reset
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(summary.server.name.isEmpty ? nil : summary.server.name, forKey: .process)
        try values.encode(summary.server.process == 0 ? nil : summary.server.process, forKey: .pid)
        try values.encode(summary.server.port, forKey: .port)
        try values.encode(namespace, forKey: .namespace)
        try values.encode(summary.connections, forKey: .connections)
        try values.encode(summary.withoutKeepalive, forKey: .withoutKeepalive)
        try values.encode(summary.silent, forKey: .silentTenMinutes)
        try values.encode(summary.windowClosed, forKey: .windowClosed)
        try values.encode(summary.windowClosed == 0 ? nil : summary.longestWindowClosed.roundedSeconds, forKey: .windowClosedSeconds)
        try values.encode(summary.waitingBytes, forKey: .waitingBytes)
        try values.encode(summary.unacknowledged, forKey: .unacknowledged)
        try values.encode(summary.heldAtMost?.roundedSeconds, forKey: .heldAtMostSeconds)
        try values.encode(summary.isFromSockets ? "sockets" : "system", forKey: .heldAtMostFrom)
        try values.encode(summary.answered, forKey: .answered)
        try values.encode(summary.gone, forKey: .gone)
        try values.encode(summary.reset, forKey: .reset)
    }
}

/// What it says of a connection.
public struct ConnectionReport: Encodable, Sendable {
    private let connection: Connection
    private let server: Server

    public init(_ connection: Connection, server: Server) {
        self.connection = connection
        self.server = server
    }

    private enum Key: String, CodingKey {
        case cookie, local, peer, process, pid, descriptor, port, situation, silentSeconds, lastAckSeconds, unsentBytes,
            unacknowledgedBytes, windowClosedSeconds, keepalive, userTimeoutSeconds, heldAtMostSeconds, heldAtMostFrom, verdict,
            answeredAfterSeconds, questions, reason
    }

    private struct Keepalive: Encodable {
        let timeSeconds: Int32
        let intervalSeconds: Int32
        let count: Int32
    }

    public func encode(to encoder: any Encoder) throws {
        let (socket, info) = (connection.socket, connection.socket.info ?? TCPInfo())
        var values = encoder.container(keyedBy: Key.self)
        // A number of 64 bits would lose digits in JavaScript.
        try values.encode(String(socket.id.cookie, radix: 16), forKey: .cookie)
        try values.encode(socket.local.description, forKey: .local)
        try values.encode(socket.peer.description, forKey: .peer)
        try values.encode(server.name.isEmpty ? nil : server.name, forKey: .process)
        try values.encode(connection.process == 0 ? nil : connection.process, forKey: .pid)
        try values.encode(connection.process == 0 ? nil : connection.descriptor, forKey: .descriptor)
        try values.encode(server.port, forKey: .port)
        try values.encode(connection.held.situation.rawValue, forKey: .situation)
        try values.encode(connection.silence.roundedSeconds, forKey: .silentSeconds)
        try values.encode(Double(info.lastAckReceived) / 1000, forKey: .lastAckSeconds)
        try values.encode(info.unsentBytes, forKey: .unsentBytes)
        try values.encode(socket.sendQueue, forKey: .unacknowledgedBytes)
        try values.encode(connection.windowClosed?.roundedSeconds, forKey: .windowClosedSeconds)
        let keepalive = connection.options.flatMap {
            $0.keepalive ? Keepalive(timeSeconds: $0.idle, intervalSeconds: $0.interval, count: $0.count) : nil
        }
        try values.encode(keepalive, forKey: .keepalive)
        let userTimeout = connection.options.flatMap { $0.userTimeout == 0 ? nil : Double($0.userTimeout) / 1000 }
        try values.encode(userTimeout, forKey: .userTimeoutSeconds)
        try values.encode(connection.held.time?.roundedSeconds, forKey: .heldAtMostSeconds)
        try values.encode(connection.held.isFromSocket ? "socket" : "system", forKey: .heldAtMostFrom)
        try values.encode(connection.verdict.name, forKey: .verdict)
        var (after, questions, reason): (Double?, Int?, String?)
        switch connection.verdict {
        case .answered(let time): after = time.roundedSeconds
        case .gone(let count, _): questions = count
        case .cannotAsk(let why): reason = why.text
        case .notAsked, .reset: break
        }
        try values.encode(after, forKey: .answeredAfterSeconds)
        try values.encode(questions, forKey: .questions)
        try values.encode(reason, forKey: .reason)
    }
}

extension Duration {
    /// The kernel's times are milliseconds: no more digits than that.
    fileprivate var roundedSeconds: Double { Double(nanoseconds / 1_000_000) / 1000 }
}
