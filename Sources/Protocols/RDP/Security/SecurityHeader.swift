import Wire

/// The basic security header (TS_SECURITY_HEADER, MS-RDPBCGR 2.2.8.1.1.2.1), in front of client info, licensing and
/// auto-detect PDUs even where nothing is encrypted. Behind it comes a signature where the PDU is encrypted (2.2.8.1.1.2.2).
struct SecurityHeader: Equatable {
    var flags: UInt16

    static let exchange: UInt16 = 0x0001
    static let encrypt: UInt16 = 0x0008
    /// Licensing may be encrypted, says a client; SEC_LICENSE_ENCRYPT_SC.
    static let licenseEncryption: UInt16 = 0x0200
    /// The signature covers the packet's number too.
    static let secureChecksum: UInt16 = 0x0800
    static let autoDetectRequest: UInt16 = 0x1000
    static let autoDetectResponse: UInt16 = 0x2000
    static let info: UInt16 = 0x0040
    static let license: UInt16 = 0x0080

    init(flags: UInt16) { self.flags = flags }

    @_lifetime(reader: copy reader)
    init(from reader: inout ByteReader) throws(WireError) {
        flags = try reader.u16le("security header flags")
        try reader.skip(2, "flagsHi")
    }

    func encode(into output: inout ByteWriter) {
        output.u16le(flags)
        output.u16le(0)
    }
}
