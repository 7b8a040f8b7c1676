import Time

/// A firewall or address translator at the clients' end that knows a flow by its addresses, protocol and ports, and
/// forgets it once it has been idle for too long; what comes after that is dropped without a word.
///
/// Only the clients' side begins flows, and TCP's only by a SYN; packets of either side keep them. An idle TCP connection must be
/// kept for at least 2 h 4 min (RFC 5382, REQ-5), a UDP mapping for at least 2 min (RFC 4787, REQ-5). One time holds for all
/// protocols here.
struct FlowMemory {
    private struct Flow: Hashable {
        let protocolNumber: UInt8
        let client: PacketHeader.Address
        let clientPort: UInt16
        let server: PacketHeader.Address
        let serverPort: UInt16
    }

    /// Most flows known at a time; beyond that new ones are refused.
    static let most = 1 << 18

    private let idle: Duration
    private var heard: [Flow: MonotonicTime] = [:]
    /// At how many flows the forgotten ones are next cleared away.
    private var clearing = 1024

    init(idle: Duration) { self.idle = idle }

    /// Whether the packet may pass. What is no IP packet always may.
    mutating func admits(_ packet: [UInt8], _ direction: LineDirection, at now: MonotonicTime) -> Bool {
        guard let header = try? PacketHeader(packet.span.bytes) else { return true }
        let fromClient = direction == .toServer
        let flow = Flow(
            protocolNumber: header.protocolNumber,
            client: fromClient ? header.source : header.destination,
            clientPort: fromClient ? header.sourcePort : header.destinationPort,
            server: fromClient ? header.destination : header.source,
            serverPort: fromClient ? header.destinationPort : header.sourcePort)
        let isKnown = heard[flow].map { now - $0 < idle } ?? false
        guard isKnown || fromClient && (header.tcpFlags == nil || header.beginsTCP) else { return false }
        if !isKnown, !hasRoom(at: now) { return false }
        heard[flow] = now
        return true
    }

    private mutating func hasRoom(at now: MonotonicTime) -> Bool {
        guard heard.count >= clearing else { return true }
        heard = heard.filter { now - $0.value < idle }
        clearing = min(Self.most, max(1024, heard.count * 2))
        return heard.count < Self.most
    }
}
