import Time

/// The connections of one server in numbers.
public struct ServerSummary: Sendable {
    /// From this silence on a connection is counted as silent.
    public static let long = Duration.seconds(600)

    public let server: Server
    public private(set) var connections = 0
    public private(set) var withoutKeepalive = 0
    /// Nothing received for ten minutes.
    public private(set) var silent = 0
    public private(set) var windowClosed = 0
    public private(set) var longestWindowClosed = Duration.zero
    /// Bytes that wait for programs that do not read.
    public private(set) var waitingBytes = 0
    /// With data that is not acknowledged.
    public private(set) var unacknowledged = 0
    public private(set) var heldAtMost: Duration? = .zero
    /// Whether every connection's own options were read.
    public private(set) var isFromSockets = true
    public private(set) var answered = 0
    public private(set) var gone = 0
    public private(set) var reset = 0

    public init(server: Server) { self.server = server }

    public mutating func add(_ connection: Connection) {
        connections += 1
        if connection.hasKeepalive == false { withoutKeepalive += 1 }
        if connection.silence >= Self.long { silent += 1 }
        if let closed = connection.windowClosed {
            windowClosed += 1
            longestWindowClosed = max(longestWindowClosed, closed)
            waitingBytes += Int(connection.socket.sendQueue)
        }
        if connection.held.situation == .inFlight { unacknowledged += 1 }
        if let time = connection.held.time {
            heldAtMost = heldAtMost.map { max($0, time) }
        } else {
            heldAtMost = nil
        }
        if !connection.held.isFromSocket { isFromSockets = false }
        switch connection.verdict {
        case .answered: answered += 1
        case .gone: gone += 1
        case .reset: reset += 1
        case .notAsked, .cannotAsk: break
        }
    }
}
