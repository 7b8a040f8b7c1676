import Contracts
import Line
import Time

/// What the packets were for that placed a line's calls: each call's cause, found again in the capture on the server's end.
///
///     var causes = CallCauses(of: calls, wallClockOffset: beginning.wallClock - entry.t.nanoseconds)
///     account.onPacket = { causes.add($0) }
public struct CallCauses {
    /// What the packet was for that caused a call, by the call's number.
    public private(set) var kinds: [Int: TrafficClass] = [:]
    /// How many calls each class of packets caused.
    public var classes: [TrafficClass: Int] { kinds.values.reduce(into: [:]) { $0[$1, default: 0] += 1 } }
    /// Calls whose cause was no TCP or UDP over IPv4, or was never captured: it was lost on the line.
    public var unknown: Int { total - kinds.count }
    /// Calls that were placed only to learn whether somebody is alive.
    public var liveness: Int { kinds.values.count { $0.isLiveness } }

    /// How far the capture's clock and the line's may be apart, with what the kernel takes from one to the other.
    private static let slack: Int64 = 100_000_000

    private let total: Int
    private var pending: [Key: [(number: Int, placed: Int64, direction: LineDirection)]] = [:]

    private struct Key: Hashable {
        let fromServer: Bool
        let client: UInt32
        let clientPort: UInt16
        let serverPort: UInt16
        let sequence: UInt32
        let length: Int
    }

    /// - Parameter wallClockOffset: nanoseconds from CLOCK_MONOTONIC to the time since 1970; the line's log begins with both.
    public init(of calls: some Collection<LineCall>, wallClockOffset: Int64) {
        total = calls.count
        for call in calls {
            let cause = call.cause
            guard let source = cause.source.flatMap(Self.end),
                let destination = cause.destination.flatMap(Self.end)
            else { continue }
            let fromServer = cause.direction == .toClients
            let (client, server) = fromServer ? (destination, source) : (source, destination)
            let key = Key(
                fromServer: fromServer, client: client.address, clientPort: client.port, serverPort: server.port,
                // UDP's have none: there a packet is found by its time.
                sequence: cause.sequence ?? 0, length: cause.length)
            pending[key, default: []].append((call.number, call.placed.nanoseconds + wallClockOffset, cause.direction))
        }
    }

    /// Looks at a packet of the account; they are to come in their order.
    public mutating func add(_ packet: TrafficAccount.Packet) {
        let key = Key(
            fromServer: packet.fromServer, client: packet.client, clientPort: packet.clientPort,
            serverPort: packet.serverPort, sequence: packet.sequence, length: packet.bytes)
        guard let calls = pending[key] else { return }
        // From the server it passes the capture first and then the line; the other way it may come late, held while dialling.
        let match = calls.firstIndex { call in
            packet.time > call.placed - Self.slack && (call.direction == .toServer || packet.time < call.placed + Self.slack)
        }
        guard let match, let call = pending[key]?.remove(at: match) else { return }
        kinds[call.number] = packet.kind
    }

    /// `198.18.0.1:1025` as numbers.
    private static func end(_ text: String) -> (address: UInt32, port: UInt16)? {
        let parts = text.split(separator: ":")
        let bytes = (parts.first ?? "").split(separator: ".").compactMap { UInt8($0) }
        guard parts.count == 2, bytes.count == 4, let port = UInt16(parts[1]) else { return nil }
        return (bytes.reduce(0) { $0 << 8 | UInt32($1) }, port)
    }
}
