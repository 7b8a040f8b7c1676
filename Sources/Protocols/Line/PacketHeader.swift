import Wire

/// What a line that is dialled on demand or a firewall looks at in a packet: IPv4 (RFC 791) or IPv6 (RFC 8200), and the
/// ports of TCP, UDP and their like.
public struct PacketHeader: Hashable, Sendable {
    /// An IPv4 address in ``low`` alone, or the halves of an IPv6 address.
    public struct Address: Hashable, Sendable {
        public var high: UInt64
        public var low: UInt64
    }

    /// 4 or 6.
    public var version: UInt8
    /// By the numbers of IANA's registry: 6 is TCP, 17 UDP.
    public var protocolNumber: UInt8
    public var source: Address
    public var destination: Address
    /// 0 for a protocol without ports, and for fragments but the first.
    public var sourcePort: UInt16 = 0
    public var destinationPort: UInt16 = 0
    /// TCP's flags and sequence number; nil for anything else.
    public var tcpFlags: UInt8?
    public var tcpSequence: UInt32?
    /// Bytes behind TCP's header and its options; nil for anything else.
    public var tcpPayload: Int?
    /// Bytes of the whole packet.
    public var length: Int

    static let tcp: UInt8 = 6
    static let udp: UInt8 = 17
    private static let syn: UInt8 = 2
    private static let ack: UInt8 = 16

    /// Whether it asks for a new TCP connection.
    public var beginsTCP: Bool { tcpFlags.map { $0 & (Self.syn | Self.ack) == Self.syn } ?? false }

    /// - Throws: where it is no whole IP header.
    public init(_ packet: RawSpan) throws(WireError) {
        var reader = ByteReader(packet)
        length = reader.remaining
        let first = try reader.u8()
        version = first >> 4
        let isFirstFragment: Bool
        switch version {
        case 4:
            try reader.skip(5)
            isFirstFragment = try reader.u16be() & 0x1FFF == 0
            try reader.skip(1)
            protocolNumber = try reader.u8()
            try reader.skip(2)
            source = Address(high: 0, low: UInt64(try reader.u32be()))
            destination = Address(high: 0, low: UInt64(try reader.u32be()))
            try reader.skip(Int(first & 15) * 4 - 20)
        case 6:
            try reader.skip(5)
            var next = try reader.u8()
            try reader.skip(1)
            source = try reader.address()
            destination = try reader.address()
            var isFirst = true
            // Extension headers (RFC 8200, 4): hop-by-hop 0, routing 43, fragment 44, destination options 60.
            while [0, 43, 44, 60].contains(next), isFirst {
                let kind = next
                next = try reader.u8()
                let extra = Int(try reader.u8())
                if kind == 44 {
                    isFirst = try reader.u16be() >> 3 == 0
                    try reader.skip(4)
                } else {
                    try reader.skip(6 + extra * 8)
                }
            }
            protocolNumber = next
            isFirstFragment = isFirst
        default:
            throw .invalid(field: "the IP version", value: UInt64(version))
        }
        // SCTP 132, DCCP 33 and UDP-Lite 136 have their ports where TCP and UDP have them.
        guard isFirstFragment, [Self.tcp, Self.udp, 33, 132, 136].contains(protocolNumber), reader.remaining >= 4 else { return }
        let segment = reader.remaining
        sourcePort = try reader.u16be()
        destinationPort = try reader.u16be()
        guard protocolNumber == Self.tcp, reader.remaining >= 10 else { return }
        tcpSequence = try reader.u32be()
        try reader.skip(4)
        tcpPayload = max(0, segment - Int(try reader.u8() >> 4) * 4)
        tcpFlags = try reader.u8()
    }
}

extension ByteReader {
    @_lifetime(self: copy self)
    fileprivate mutating func address() throws(WireError) -> PacketHeader.Address {
        let words = (try u32be(), try u32be(), try u32be(), try u32be())
        return PacketHeader.Address(high: UInt64(words.0) << 32 | UInt64(words.1), low: UInt64(words.2) << 32 | UInt64(words.3))
    }
}

extension PacketHeader {
    /// `tcp`, `udp`, `icmp`, or the protocol's number.
    public var protocolName: String {
        switch protocolNumber {
        case 1: "icmp"
        case Self.tcp: "tcp"
        case Self.udp: "udp"
        case 58: "icmpv6"
        default: "\(protocolNumber)"
        }
    }

    /// `198.18.0.1:1025`, or the address alone for a protocol without ports.
    public var sourceText: String { text(source, sourcePort) }
    public var destinationText: String { text(destination, destinationPort) }

    private func text(_ address: Address, _ port: UInt16) -> String {
        let host: String
        if version == 4 {
            host = [24, 16, 8, 0].map { "\(address.low >> $0 & 255)" }.joined(separator: ".")
        } else {
            let groups = [address.high, address.low].flatMap { half in [48, 32, 16, 0].map { String(half >> $0 & 0xFFFF, radix: 16) } }
            host = port == 0 ? groups.joined(separator: ":") : "[\(groups.joined(separator: ":"))]"
        }
        return port == 0 ? host : "\(host):\(port)"
    }

    /// TCP's flags by their first letters, as tcpdump writes them: `S`, `A`, `PA`; nil for anything else.
    public var flagsText: String? {
        guard let tcpFlags else { return nil }
        return String(zip("FSRPAUEC", 0..<8).filter { tcpFlags >> $0.1 & 1 == 1 }.map(\.0))
    }
}
