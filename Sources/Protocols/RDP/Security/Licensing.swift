import Wire

/// The one licensing PDU of a server that asks for no licence (MS-RDPBCGR 2.2.1.12: STATUS_VALID_CLIENT), and the one of a
/// client that has none (MS-RDPELE 2.2.2.8), without their security headers.
package enum Licensing {
    private static let errorAlert: UInt8 = 0xFF
    private static let licenseRequest: UInt8 = 0x01
    private static let validClient: UInt32 = 7
    private static let noLicense: UInt32 = 2
    private static let noTransition: UInt32 = 2

    static func encodeValidClient(into output: inout ByteWriter) {
        encode(validClient, into: &output)
    }

    /// What a client without a licence answers a server that asks for one. Servers that license nothing let it in.
    static func encodeNoLicense(into output: inout ByteWriter) {
        encode(noLicense, into: &output)
    }

    private static func encode(_ code: UInt32, into output: inout ByteWriter) {
        output.u8(errorAlert)
        // PREAMBLE_VERSION_3_0.
        output.u8(3)
        output.u16le(16)
        output.u32le(code)
        output.u32le(noTransition)
        // An empty blob of type BB_ERROR_BLOB.
        output.u16le(4)
        output.u16le(0)
    }

    /// Reads what follows the security header.
    ///
    /// - Returns: whether licensing is done with; false where the server asks for a licence.
    /// - Throws: where the server says anything else.
    @_lifetime(reader: copy reader)
    package static func readIsDone(_ reader: inout ByteReader) throws(WireError) -> Bool {
        let type = try reader.u8("bMsgType")
        if type == licenseRequest { return false }
        guard type == errorAlert else { throw .invalid(field: "licensing message type", value: UInt64(type)) }
        try reader.skip(3, "licensing preamble")
        let code = try reader.u32le("dwErrorCode")
        guard code == validClient else { throw .invalid(field: "licensing error code", value: UInt64(code)) }
        return true
    }
}
