import Time

/// When the wire says that connections over SPX and NetBEUI are gone: the client, or its driver, says so, or a watchdog's
/// last question has waited as long for its answer as the protocol has it wait.
///
/// It is the witness for transports whose connections no kernel knows of: taken from the capture alone, and held against
/// what the server says it believes.
public struct WireEnds {
    private struct Connection: Hashable {
        let client: UInt32
        let port: UInt16
        let connectionID: UInt16
    }

    /// Nanoseconds since 1970 to CLOCK_MONOTONIC.
    private let offset: Int64
    private let timeout: [UInt32: Duration]
    private var unanswered: [Connection: (asked: MonotonicTime, server: UInt32)] = [:]
    private var ends = ConnectionEnds()

    /// - Parameters:
    ///   - wallClockOffset: nanoseconds from CLOCK_MONOTONIC to the time since 1970.
    ///   - timeout: how long the watchdogs of the servers that have one wait for an answer to their last question, by the
    ///     server's address.
    public init(wallClockOffset: Int64, timeout: [UInt32: Duration]) {
        offset = wallClockOffset
        self.timeout = timeout
    }

    /// Looks at a packet of the account; they are to come in their order.
    public mutating func add(_ packet: TrafficAccount.Packet) {
        guard timeout[packet.server] != nil, let connectionID = packet.connectionID else { return }
        let connection = Connection(client: packet.client, port: packet.clientPort, connectionID: connectionID)
        let time = MonotonicTime(nanoseconds: packet.time - offset)
        if packet.fromServer {
            if packet.kind == .watchdogProbe { unanswered[connection] = (time, packet.server) }
            return
        }
        unanswered[connection] = nil
        if packet.ends { ends.add(Self.name(connection), at: time) }
    }

    /// All ends, those included that silence says.
    public func all() -> ConnectionEnds {
        var all = ends
        for (connection, question) in unanswered {
            all.add(Self.name(connection), at: question.asked + timeout[question.server, default: .zero])
        }
        return all
    }

    /// As `Connection.localName` and `remoteName` have it.
    private static func name(_ connection: Connection) -> String {
        let bytes = stride(from: 24, through: 0, by: -8).map { "\(connection.client >> $0 & 255)" }
        return "\(bytes.joined(separator: ".")):\(connection.port)/\(connection.connectionID)"
    }
}
