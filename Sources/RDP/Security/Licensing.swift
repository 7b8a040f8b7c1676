import Wire

/// The one licensing PDU of a server that asks for no licence (MS-RDPBCGR 2.2.1.12: STATUS_VALID_CLIENT).
enum Licensing {
    private static let errorAlert: UInt8 = 0xFF
    private static let validClient: UInt32 = 7
    private static let noTransition: UInt32 = 2

    static func encodeValidClient(into output: inout ByteWriter) {
        SecurityHeader(flags: SecurityHeader.license).encode(into: &output)
        output.u8(errorAlert)
        // PREAMBLE_VERSION_3_0.
        output.u8(3)
        output.u16le(16)
        output.u32le(validClient)
        output.u32le(noTransition)
        // An empty blob of type BB_ERROR_BLOB.
        output.u16le(4)
        output.u16le(0)
    }

    /// Reads what follows the security header; throws unless the server says that licensing is done with.
    @_lifetime(reader: copy reader)
    static func expectValidClient(_ reader: inout ByteReader) throws(WireError) {
        let type = try reader.u8()
        guard type == errorAlert else { throw .invalid(field: "licensing message type", value: UInt64(type)) }
        try reader.skip(3)
        let code = try reader.u32le()
        guard code == validClient else { throw .invalid(field: "licensing error code", value: UInt64(code)) }
    }
}
