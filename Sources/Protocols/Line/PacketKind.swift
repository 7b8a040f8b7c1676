import Wire

/// What a packet is for, as far as its IP and TCP headers tell.
public enum PacketKind: Sendable, CaseIterable {
    /// TCP's SYN, FIN and RST.
    case setup
    /// TCP with a payload.
    case data
    /// TCP with none: acknowledgements, keepalive probes and their answers.
    case bare
    case udp
    /// Any other protocol, fragments but the first, and what is no IP packet.
    case other

    /// SYN, FIN or RST (RFC 9293, 3.1).
    private static let setupFlags: UInt8 = 1 | 2 | 4

    init(_ packet: [UInt8]) {
        guard let header = try? PacketHeader(packet.span.bytes) else {
            self = .other
            return
        }
        switch (header.tcpFlags, header.tcpPayload) {
        case (let flags?, _) where flags & Self.setupFlags != 0: self = .setup
        case (_?, let payload?): self = payload > 0 ? .data : .bare
        default: self = header.protocolNumber == PacketHeader.udp ? .udp : .other
        }
    }
}

/// Packets and their bytes at the IP layer, by what they were for.
public struct TrafficByKind: Codable, Equatable, Sendable {
    public var setup = LineCall.Traffic()
    public var data = LineCall.Traffic()
    public var bare = LineCall.Traffic()
    public var udp = LineCall.Traffic()
    public var other = LineCall.Traffic()

    public init() {}

    public internal(set) subscript(kind: PacketKind) -> LineCall.Traffic {
        get {
            switch kind {
            case .setup: setup
            case .data: data
            case .bare: bare
            case .udp: udp
            case .other: other
            }
        }
        set {
            switch kind {
            case .setup: setup = newValue
            case .data: data = newValue
            case .bare: bare = newValue
            case .udp: udp = newValue
            case .other: other = newValue
            }
        }
    }

    mutating func add(_ packet: [UInt8]) {
        let kind = PacketKind(packet)
        self[kind].packets += 1
        self[kind].bytes += packet.count
    }
}
