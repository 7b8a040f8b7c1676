/// One TCP segment over IPv4, over Ethernet or nothing, as a capture has it.
struct TCPSegment {
    var source: UInt32
    var destination: UInt32
    var sourcePort: UInt16
    var destinationPort: UInt16
    var sequence: UInt32
    var acknowledgment: UInt32
    var flags: UInt8
    /// As in the header, not scaled.
    var window: UInt16
    /// Bytes of the IP packet, its header included.
    var ipLength: Int
    /// Bytes of payload on the wire.
    var payloadLength: Int
    /// Those of them that were captured.
    var payload: UnsafeRawBufferPointer

    // RFC 9293, 3.1.
    static let fin: UInt8 = 1
    static let syn: UInt8 = 2
    static let rst: UInt8 = 4
    static let ack: UInt8 = 16

    static let ethernetHeaderLength = 14

    func has(_ mask: UInt8) -> Bool { flags & mask != 0 }

    /// What of it takes sequence numbers: payload, SYN and FIN.
    var sequenceLength: UInt32 {
        UInt32(truncatingIfNeeded: payloadLength) &+ (has(Self.syn) ? 1 : 0) &+ (has(Self.fin) ? 1 : 0)
    }

    enum Failure: Error {
        /// Not IPv4, not TCP, or a fragment.
        case other
        /// TCP, and too little of it captured or lengths that contradict each other.
        case malformed
    }

    /// - Parameters:
    ///   - length: the frame's length on the wire.
    ///   - linkHeaderLength: bytes before the IP header: ``ethernetHeaderLength``, or 0.
    init(frame: UnsafeRawBufferPointer, length: Int, linkHeaderLength ip: Int = ethernetHeaderLength) throws(Failure) {
        func u8(_ offset: Int) -> Int { Int(frame[offset]) }
        func u16(_ offset: Int) -> UInt16 { UInt16(bigEndian: frame.loadUnaligned(fromByteOffset: offset, as: UInt16.self)) }
        func u32(_ offset: Int) -> UInt32 { UInt32(bigEndian: frame.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
        // Ethernet II: EtherType 0x0800. IPv4 (RFC 791): protocol 6, more-fragments flag and offset all 0.
        guard frame.count >= ip + 20, ip == 0 || u16(12) == 0x0800, u8(ip) >> 4 == 4, u8(ip + 9) == 6, u16(ip + 6) & 0x3FFF == 0
        else { throw .other }
        let ipHeader = u8(ip) & 15 * 4
        // A segment that the interface would have cut up is captured whole and may be too long for the field, then 0.
        let stated = Int(u16(ip + 2))
        ipLength = stated == 0 ? length - ip : stated
        let tcp = ip + ipHeader
        guard ipHeader >= 20, frame.count >= tcp + 20 else { throw .malformed }
        let tcpHeader = u8(tcp + 12) >> 4 * 4
        payloadLength = ipLength - ipHeader - tcpHeader
        guard tcpHeader >= 20, payloadLength >= 0 else { throw .malformed }
        source = u32(ip + 12)
        destination = u32(ip + 16)
        sourcePort = u16(tcp)
        destinationPort = u16(tcp + 2)
        sequence = u32(tcp + 4)
        acknowledgment = u32(tcp + 8)
        flags = frame[tcp + 13]
        window = u16(tcp + 14)
        let start = min(frame.count, tcp + tcpHeader)
        payload = UnsafeRawBufferPointer(rebasing: frame[start..<min(frame.count, start + payloadLength)])
    }
}
