import Ghosts

extension DiagID {
    /// Whether the packets are IPv4's, though the socket may be an IPv6 one.
    var isOverIPv4: Bool { family == Self.ipv4 || (localHigh == 0 && localLow >> 32 == 0xFFFF) }

    private var localIPv4: UInt32 {
        family == Self.ipv4 ? UInt32(truncatingIfNeeded: localHigh >> 32) : UInt32(truncatingIfNeeded: localLow)
    }
    private var peerIPv4: UInt32 { family == Self.ipv4 ? UInt32(truncatingIfNeeded: peerHigh >> 32) : UInt32(truncatingIfNeeded: peerLow) }

    /// Source and destination as in the packet.
    var addressBytes: [UInt8] {
        isOverIPv4
            ? localIPv4.bigEndianBytes + peerIPv4.bigEndianBytes
            : localHigh.bigEndianBytes + localLow.bigEndianBytes + peerHigh.bigEndianBytes + peerLow.bigEndianBytes
    }
}

/// An empty TCP segment and its IPv4 header (RFC 9293, 3.1; RFC 791, 3.1).
enum RawSegment {
    /// The RST bit of the byte of flags.
    static let reset: UInt8 = 4
    private static let acknowledgement: UInt8 = 0x10
    private static let tcp: UInt8 = 6

    static func bytes(_ id: DiagID, sequence: UInt32, acknowledging: UInt32) -> [UInt8] {
        var segment =
            id.localPort.bigEndianBytes + id.peerPort.bigEndianBytes + sequence.bigEndianBytes + acknowledging.bigEndianBytes
        segment += [5 << 4, acknowledgement, 0xFF, 0xFF, 0, 0, 0, 0]
        let sum = checksum(id.addressBytes + [0, tcp] + UInt16(segment.count).bigEndianBytes + segment)
        segment.replaceSubrange(16..<18, with: sum.bigEndianBytes)
        return segment
    }

    /// The kernel fills in the checksum, the total length and an identification of 0 (raw(7)).
    static func ipv4Header(_ id: DiagID, payload: Int) -> [UInt8] {
        [0x45, 0] + UInt16(20 + payload).bigEndianBytes + [0, 0, 0, 0, 64, tcp, 0, 0] + id.addressBytes
    }

    /// RFC 1071.
    static func checksum(_ bytes: [UInt8]) -> UInt16 {
        var sum = stride(from: 0, to: bytes.count, by: 2).reduce(0 as UInt32) {
            $0 + UInt32(bytes[$1]) << 8 + ($1 + 1 < bytes.count ? UInt32(bytes[$1 + 1]) : 0)
        }
        while sum > 0xFFFF { sum = sum & 0xFFFF + sum >> 16 }
        return ~UInt16(sum)
    }
}

extension FixedWidthInteger {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { [UInt8]($0) } }
}
