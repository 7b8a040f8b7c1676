import Wire

/// The kind of a share control PDU (TS_SHARECONTROLHEADER, MS-RDPBCGR 2.2.8.1.1.1.1).
enum SharePDU {
    static let demandActive: UInt16 = 1
    static let confirmActive: UInt16 = 3
    static let deactivateAll: UInt16 = 6
    static let data: UInt16 = 7

    /// The version in the upper bits of the type.
    private static let version: UInt16 = 0x10
    static let typeMask: UInt16 = 0x0F
    /// The server's own MCS user, source of what it sends (2.2.8.1.1.1.1, pduSource).
    static let serverUser: UInt16 = 1002
    /// The share's id, which needs only to be the same throughout: user 1002 and a counter, as servers make it.
    static let shareID: UInt32 = 0x0001_03EA

    /// Reads a header; the type without its version. What is left of the PDU must have the length it says.
    @_lifetime(reader: copy reader)
    static func readHeader(_ reader: inout ByteReader) throws(WireError) -> UInt16 {
        let available = reader.remaining
        let length = Int(try reader.u16le("totalLength"))
        guard length <= available else { throw .truncated(field: "totalLength", needed: length, available: available) }
        let type = try reader.u16le("pduType") & typeMask
        // A deactivate-all may end here (2.2.3.1), without even the source.
        if reader.remaining >= 2 { try reader.skip(2) }
        return type
    }

    static func begin(_ type: UInt16, source: UInt16, _ output: inout ByteWriter) -> Int {
        let start = output.count
        output.u16le(0)
        output.u16le(type | version)
        output.u16le(source)
        return start
    }

    static func end(_ output: inout ByteWriter, at start: Int) {
        output.patch(u16le: UInt16(truncatingIfNeeded: output.count - start), at: start)
    }
}

/// The kind of a share data PDU (pduType2 of TS_SHAREDATAHEADER, MS-RDPBCGR 2.2.8.1.1.1.2).
enum DataPDU {
    static let update: UInt8 = 0x02
    static let control: UInt8 = 0x14
    static let input: UInt8 = 0x1C
    static let synchronize: UInt8 = 0x1F
    static let refreshRect: UInt8 = 0x21
    static let suppressOutput: UInt8 = 0x23
    static let shutdownRequest: UInt8 = 0x24
    static let shutdownDenied: UInt8 = 0x25
    static let saveSessionInfo: UInt8 = 0x26
    static let fontList: UInt8 = 0x27
    static let fontMap: UInt8 = 0x28
    static let setErrorInfo: UInt8 = 0x2F

    /// Where the PDU's kind lies, from the start of its share control header.
    static let typeOffset = 14
    private static let headerLength = 12

    /// Reads what follows the share control header; the PDU's kind.
    @_lifetime(reader: copy reader)
    static func readHeader(_ reader: inout ByteReader) throws(WireError) -> UInt8 {
        // Share id, pad, stream id, uncompressed length.
        try reader.skip(4 + 1 + 1 + 2, "shareId")
        let type = try reader.u8("pduType2")
        let compression = try reader.u8("compressedType")
        guard compression & 0x20 == 0 else { throw .invalid(field: "compressedType", value: UInt64(compression)) }
        try reader.skip(2, "compressedLength")
        return type
    }

    static func begin(_ type: UInt8, source: UInt16, _ output: inout ByteWriter) -> Int {
        let start = SharePDU.begin(SharePDU.data, source: source, &output)
        output.u32le(SharePDU.shareID)
        output.u8(0)
        // STREAM_LOW.
        output.u8(1)
        output.u16le(0)
        output.u8(type)
        output.u8(0)
        output.u16le(0)
        return start
    }

    /// Fills in the lengths; the uncompressed one counts from the kind on, as MS-RDPBCGR 4.1.14 shows it.
    static func end(_ output: inout ByteWriter, at start: Int) {
        output.patch(u16le: UInt16(truncatingIfNeeded: output.count - start - typeOffset), at: start + typeOffset - 2)
        SharePDU.end(&output, at: start)
    }
}
