import Wire

/// MCS Connect-Initial (ITU-T T.125, 11.1): what is connected, and the GCC request as user data.
enum ConnectInitial {
    static let tag: UInt16 = 0x7F65

    /// A reader over the user data.
    @_lifetime(copy reader)
    @_lifetime(reader: copy reader)
    static func readUserData(_ reader: inout ByteReader) throws(WireError) -> ByteReader {
        var body = try BER.readApplication(tag, &reader)
        _ = try BER.readElement(BER.octetString, &body)
        _ = try BER.readElement(BER.octetString, &body)
        _ = try BER.readElement(BER.boolean, &body)
        for _ in 0..<3 { _ = try BER.readElement(BER.sequence, &body) }
        return try BER.readElement(BER.octetString, &body)
    }

    static func encode(userData: [UInt8], into output: inout ByteWriter) {
        var body = ByteWriter()
        BER.writeElement(BER.octetString, [1], &body)
        BER.writeElement(BER.octetString, [1], &body)
        BER.writeElement(BER.boolean, [0xFF], &body)
        // Target, minimum and maximum, as MS-RDPBCGR 4.1.3 shows them.
        DomainParameters(channels: 34, users: 2, tokens: 0, longest: 0xFFFF).encode(into: &body)
        DomainParameters(channels: 1, users: 1, tokens: 1, longest: 0x0420).encode(into: &body)
        DomainParameters(channels: 0xFFFF, users: 0xFC17, tokens: 0xFFFF, longest: 0xFFFF).encode(into: &body)
        BER.writeElement(BER.octetString, userData, &body)
        output.u16be(tag)
        BER.writeLength(body.count, &output)
        output.append(body.bytes)
    }
}

/// MCS Connect-Response (T.125, 11.2).
enum ConnectResponse {
    static let tag: UInt16 = 0x7F66
    private static let successful: UInt8 = 0

    /// A reader over the user data of a response that says yes.
    @_lifetime(copy reader)
    @_lifetime(reader: copy reader)
    static func readUserData(_ reader: inout ByteReader) throws(WireError) -> ByteReader {
        var body = try BER.readApplication(tag, &reader)
        var resultElement = try BER.readElement(BER.enumerated, &body)
        let result = try resultElement.u8("MCS result")
        guard result == successful else { throw .invalid(field: "MCS result", value: UInt64(result)) }
        _ = try BER.readElement(BER.integer, &body)
        _ = try BER.readElement(BER.sequence, &body)
        return try BER.readElement(BER.octetString, &body)
    }

    static func encode(userData: [UInt8], into output: inout ByteWriter) {
        var body = ByteWriter()
        BER.writeElement(BER.enumerated, [successful], &body)
        BER.writeInteger(0, &body)
        DomainParameters(channels: 22, users: 3, tokens: 0, longest: 0xFFF8).encode(into: &body)
        BER.writeElement(BER.octetString, userData, &body)
        output.u16be(tag)
        BER.writeLength(body.count, &output)
        output.append(body.bytes)
    }
}

/// How much one MCS domain may hold (T.125, 7, DomainParameters).
private struct DomainParameters {
    var channels: UInt16
    var users: UInt16
    var tokens: UInt16
    var longest: UInt16

    func encode(into output: inout ByteWriter) {
        var body = ByteWriter()
        for value in [channels, users, tokens, 1, 0, 1, longest, 2] { BER.writeInteger(value, &body) }
        BER.writeElement(BER.sequence, body.bytes, &output)
    }
}
