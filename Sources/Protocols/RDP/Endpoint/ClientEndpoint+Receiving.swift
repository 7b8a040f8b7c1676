import Wire

// What comes on the channels: taken out of its security header, and licensing.
extension ClientEndpoint {
    @_lifetime(pdu: copy pdu)
    mutating func receiveData(
        on channel: UInt16, _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ClientEvent? {
        reading = "security header"
        guard let security else {
            // Without encryption only some PDUs have a security header.
            let isLicensing = channel == ioChannel && phase == .licensing
            if isLicensing, let refusal = try Self.readEarlyErrorInfo(pdu.rest) { return .errorInfo(refusal) }
            let flags = isLicensing || channel == messageChannel ? try SecurityHeader(from: &pdu).flags : 0
            return try receiveContent(on: channel, flags, &pdu, &output)
        }
        let flags = try SecurityHeader(from: &pdu).flags
        guard flags & SecurityHeader.encrypt != 0 else {
            guard security.level == .low || flags & SecurityHeader.license != 0 else {
                throw .invalid(field: "security header flags", value: UInt64(flags))
            }
            return try receiveContent(on: channel, flags, &pdu, &output)
        }
        let plain = try security.readSealed(salted: flags & SecurityHeader.secureChecksum != 0, &pdu)
        var content = ByteReader(plain.span.bytes)
        return try receiveContent(on: channel, flags, &content, &output)
    }

    @_lifetime(pdu: copy pdu)
    private mutating func receiveContent(
        on channel: UInt16, _ flags: UInt16, _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ClientEvent? {
        switch channel {
        case ioChannel where phase == .licensing: return try receiveLicensing(flags, &pdu, &output)
        case ioChannel: return try receiveSharePDU(&pdu, &output)
        case messageChannel: return try answerAutoDetect(flags, &pdu, &output)
        case dynamicChannel: return try answerDynamicChannel(&pdu, &output)
        case reportChannel:
            reading = "session report"
            guard let message = try reportAssembly.add(&pdu) else { return nil }
            return .reported(try SessionReport(decoding: message))
        default: return nil
        }
    }

    /// Licensing ends well, or the server refuses before it begins.
    @_lifetime(pdu: copy pdu)
    private mutating func receiveLicensing(
        _ flags: UInt16, _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ClientEvent? {
        reading = "Licensing"
        guard flags & SecurityHeader.license != 0 else {
            return try Self.readEarlyErrorInfo(pdu.rest).map { .errorInfo($0) }
        }
        if try Licensing.readIsDone(&pdu) {
            phase = .demandActive
            configuration = nil
        } else {
            send(on: ioChannel, flags: SecurityHeader.license, &output) { Licensing.encodeNoLicense(into: &$0) }
        }
        return nil
    }

    /// A Set Error Info PDU in the place of licensing: without encryption it has no security header, so it is known by its
    /// share headers.
    private static func readEarlyErrorInfo(_ bytes: RawSpan) throws(WireError) -> ErrorInfo? {
        var reader = ByteReader(bytes)
        guard reader.remaining > DataPDU.typeOffset, Int(try reader.u16le("totalLength")) == bytes.byteCount else { return nil }
        reader = ByteReader(bytes)
        guard try SharePDU.readHeader(&reader) == SharePDU.data,
            try DataPDU.readHeader(&reader) == DataPDU.setErrorInfo
        else { return nil }
        return ErrorInfo(rawValue: try reader.u32le("errorInfo"))
    }
}
