import Wire

/// The basic security header (TS_SECURITY_HEADER, MS-RDPBCGR 2.2.8.1.1.2.1), in front of client info, licensing and
/// auto-detect PDUs even where nothing is encrypted.
struct SecurityHeader: Equatable {
    var flags: UInt16

    static let exchange: UInt16 = 0x0001
    static let autoDetectRequest: UInt16 = 0x1000
    static let autoDetectResponse: UInt16 = 0x2000
    static let info: UInt16 = 0x0040
    static let license: UInt16 = 0x0080

    init(flags: UInt16) { self.flags = flags }

    @_lifetime(reader: copy reader)
    init(from reader: inout ByteReader) throws(WireError) {
        flags = try reader.u16le()
        try reader.skip(2)
    }

    func encode(into output: inout ByteWriter) {
        output.u16le(flags)
        output.u16le(0)
    }
}
