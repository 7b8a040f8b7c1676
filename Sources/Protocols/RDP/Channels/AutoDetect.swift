import Wire

/// Round-trip auto-detection on the message channel, after connecting (RDP_RTT_REQUEST and RDP_RTT_RESPONSE, MS-RDPBCGR
/// 2.2.14.1.1, 2.2.14.2.1). The client program answers it, not its kernel, which makes it a heartbeat.
enum AutoDetect {
    static let request: UInt8 = 0x00
    static let response: UInt8 = 0x01
    private static let length: UInt8 = 6
    static let roundTripRequest: UInt16 = 0x0001
    /// The same, during the connection sequence.
    static let roundTripRequestWhileConnecting: UInt16 = 0x1001
    static let roundTripResponse: UInt16 = 0x0000

    static func encodeRequest(sequence: UInt16, into output: inout ByteWriter) {
        encode(request, sequence, roundTripRequest, into: &output)
    }

    static func encodeResponse(sequence: UInt16, into output: inout ByteWriter) {
        encode(response, sequence, roundTripResponse, into: &output)
    }

    private static func encode(_ direction: UInt8, _ sequence: UInt16, _ type: UInt16, into output: inout ByteWriter) {
        output.u8(length)
        output.u8(direction)
        output.u16le(sequence)
        output.u16le(type)
    }

    /// The sequence number of a round-trip request or response behind its security header; nil for auto-detect PDUs of
    /// other kinds.
    @_lifetime(reader: copy reader)
    static func readSequence(_ direction: UInt8, _ reader: inout ByteReader) throws(WireError) -> UInt16? {
        guard try reader.u8("headerLength") == length, try reader.u8("headerTypeId") == direction else { return nil }
        let sequence = try reader.u16le("sequenceNumber")
        let type = try reader.u16le("requestType")
        let expected = direction == request ? [roundTripRequest, roundTripRequestWhileConnecting] : [roundTripResponse]
        return expected.contains(type) ? sequence : nil
    }
}
