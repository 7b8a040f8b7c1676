/// One UDP datagram over IPv4, over Ethernet or nothing, as a capture has it.
struct UDPDatagram {
    var source: UInt32
    var destination: UInt32
    var sourcePort: UInt16
    var destinationPort: UInt16
    /// Bytes of the IP packet, its header included.
    var ipLength: Int
    /// Bytes of payload on the wire.
    var payloadLength: Int
    /// Those of them that were captured.
    var payload: UnsafeRawBufferPointer

    private static let headerLength = 8

    enum Failure: Error {
        /// Not IPv4, not UDP, or a fragment.
        case other
        /// UDP, and too little of it captured or lengths that contradict each other.
        case malformed
    }

    /// - Parameter linkHeaderLength: bytes before the IP header: ``TCPSegment/ethernetHeaderLength``, or 0.
    init(frame: UnsafeRawBufferPointer, linkHeaderLength ip: Int = TCPSegment.ethernetHeaderLength) throws(Failure) {
        func u8(_ offset: Int) -> Int { Int(frame[offset]) }
        func u16(_ offset: Int) -> UInt16 { UInt16(bigEndian: frame.loadUnaligned(fromByteOffset: offset, as: UInt16.self)) }
        func u32(_ offset: Int) -> UInt32 { UInt32(bigEndian: frame.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
        // IPv4 (RFC 791): protocol 17, more-fragments flag and offset all 0.
        guard frame.count >= ip + 20, ip == 0 || u16(12) == 0x0800, u8(ip) >> 4 == 4, u8(ip + 9) == 17, u16(ip + 6) & 0x3FFF == 0
        else { throw .other }
        let ipHeader = u8(ip) & 15 * 4
        let udp = ip + ipHeader
        guard ipHeader >= 20, frame.count >= udp + Self.headerLength else { throw .malformed }
        ipLength = Int(u16(ip + 2))
        payloadLength = Int(u16(udp + 4)) - Self.headerLength
        guard payloadLength >= 0, payloadLength + Self.headerLength + ipHeader <= ipLength else { throw .malformed }
        source = u32(ip + 12)
        destination = u32(ip + 16)
        sourcePort = u16(udp)
        destinationPort = u16(udp + 2)
        let start = udp + Self.headerLength
        payload = UnsafeRawBufferPointer(rebasing: frame[start..<min(frame.count, start + payloadLength)])
    }
}
