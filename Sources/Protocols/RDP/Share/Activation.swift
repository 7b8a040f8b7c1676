import Wire

/// The PDUs that activate and deactivate a share (MS-RDPBCGR 2.2.1.13 to 2.2.1.22, 2.2.3).
enum Activation {
    /// Actions of the control PDU (2.2.1.15.1).
    static let cooperate: UInt16 = 4
    static let requestControl: UInt16 = 1
    static let grantedControl: UInt16 = 2

    static func encodeDemandActive(
        _ capabilities: Capabilities, isEncrypted: Bool = false, into output: inout ByteWriter
    ) {
        let start = SharePDU.begin(SharePDU.demandActive, source: SharePDU.serverUser, &output)
        output.u32le(SharePDU.shareID)
        encodeSets(capabilities, source: [UInt8]("RDP\0".utf8), asServer: true, isEncrypted, into: &output)
        // Session id, which 2.2.1.13.1.1 says is not read.
        output.u32le(0)
        SharePDU.end(&output, at: start)
    }

    static func encodeConfirmActive(
        _ capabilities: Capabilities, user: UInt16, isEncrypted: Bool = false, into output: inout ByteWriter
    ) {
        let start = SharePDU.begin(SharePDU.confirmActive, source: user, &output)
        output.u32le(SharePDU.shareID)
        output.u16le(SharePDU.serverUser)
        encodeSets(capabilities, source: [UInt8]("TSLAB\0".utf8), asServer: false, isEncrypted, into: &output)
        SharePDU.end(&output, at: start)
    }

    private static func encodeSets(
        _ capabilities: Capabilities, source: [UInt8], asServer: Bool, _ isEncrypted: Bool,
        into output: inout ByteWriter
    ) {
        output.u16le(UInt16(source.count))
        let length = output.count
        output.u16le(0)
        output.append(source)
        let sets = output.count
        capabilities.encode(into: &output, asServer: asServer, isEncrypted: isEncrypted)
        output.patch(u16le: UInt16(truncatingIfNeeded: output.count - sets), at: length)
    }

    /// Reads a demand-active's or, with the originator in front, a confirm-active's capability sets.
    @_lifetime(reader: copy reader)
    static func readSets(
        isConfirm: Bool, into capabilities: inout Capabilities, _ reader: inout ByteReader
    ) throws(WireError) {
        try reader.skip(isConfirm ? 6 : 4, "shareId")
        let sourceLength = Int(try reader.u16le("lengthSourceDescriptor"))
        let setsLength = Int(try reader.u16le("lengthCombinedCapabilities"))
        try reader.skip(sourceLength, "sourceDescriptor")
        guard setsLength >= 4 else { throw .invalid(field: "lengthCombinedCapabilities", value: UInt64(setsLength)) }
        var sets = try reader.reader(setsLength, "capabilitySets")
        let count = try sets.u16le("numberCapabilities")
        try sets.skip(2, "pad2Octets")
        try capabilities.read(count: count, &sets)
    }

    static func encodeDeactivateAll(into output: inout ByteWriter) {
        let start = SharePDU.begin(SharePDU.deactivateAll, source: SharePDU.serverUser, &output)
        output.u32le(SharePDU.shareID)
        output.u16le(1)
        output.u8(0)
        SharePDU.end(&output, at: start)
    }

    static func encodeSynchronize(source: UInt16, target: UInt16, into output: inout ByteWriter) {
        let start = DataPDU.begin(DataPDU.synchronize, source: source, &output)
        // SYNCMSGTYPE_SYNC.
        output.u16le(1)
        output.u16le(target)
        DataPDU.end(&output, at: start)
    }

    /// - Parameter user: the client that control is granted to; 0 with the other actions.
    static func encodeControl(
        _ action: UInt16, grant user: UInt16 = 0, source: UInt16, into output: inout ByteWriter
    ) {
        let start = DataPDU.begin(DataPDU.control, source: source, &output)
        output.u16le(action)
        output.u16le(user)
        output.u32le(user == 0 ? 0 : UInt32(SharePDU.serverUser))
        DataPDU.end(&output, at: start)
    }

    static func encodeFontList(source: UInt16, into output: inout ByteWriter) {
        encodeFonts(DataPDU.fontList, entrySize: 50, source: source, into: &output)
    }

    static func encodeFontMap(into output: inout ByteWriter) {
        encodeFonts(DataPDU.fontMap, entrySize: 4, source: SharePDU.serverUser, into: &output)
    }

    /// No fonts, first and last of the sequence (2.2.1.18.1, 2.2.1.22.1).
    private static func encodeFonts(_ type: UInt8, entrySize: UInt16, source: UInt16, into output: inout ByteWriter) {
        let start = DataPDU.begin(type, source: source, &output)
        for value: UInt16 in [0, 0, 3, entrySize] { output.u16le(value) }
        DataPDU.end(&output, at: start)
    }
}
