import Wire

// What the client says once it is in: its side of the share, and its answers on the channels.
extension ServerEndpoint {
    @_lifetime(pdu: copy pdu)
    mutating func receiveSharePDU(
        _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ServerEvent? {
        reading = "Share Control Header"
        let type = try SharePDU.readHeader(&pdu)
        switch (type, phase) {
        case (SharePDU.confirmActive, .confirmActive):
            reading = "Confirm Active"
            // Size and depth are the server's to say (2.2.7.1.2); only to fewer colours may a client still fall back.
            let offer = capabilities
            try Activation.readSets(isConfirm: true, into: &capabilities, &pdu)
            (capabilities.width, capabilities.height) = (offer.width, offer.height)
            capabilities.colorDepth = min(offer.colorDepth, capabilities.colorDepth)
            security?.saltsSignatures = capabilities.saltsSignatures
            phase = .finalization
            return nil
        case (SharePDU.data, .finalization), (SharePDU.data, .active):
            return try receiveDataPDU(&pdu, &output)
        case (SharePDU.data, .confirmActive):
            // What a client had on its way before it heard of a deactivation.
            return nil
        default:
            throw .invalid(field: "pduType", value: UInt64(type))
        }
    }

    @_lifetime(pdu: copy pdu)
    private mutating func receiveDataPDU(
        _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ServerEvent? {
        reading = "Share Data Header"
        switch try DataPDU.readHeader(&pdu) {
        case DataPDU.synchronize:
            let client = channels.user
            sendShare(&output) { Activation.encodeSynchronize(source: SharePDU.serverUser, target: client, into: &$0) }
        case DataPDU.control:
            reading = "Control"
            try answerControl(try pdu.u16le("action"), &output)
        case DataPDU.fontList where phase == .finalization:
            sendShare(&output) { Activation.encodeFontMap(into: &$0) }
            phase = .active
            openDynamicChannel(&output)
            return .activated
        case DataPDU.input:
            reading = "Input"
            return .input(try SlowPathInput.read(&pdu))
        case DataPDU.suppressOutput:
            reading = "Suppress Output"
            return .outputSuppressed(try pdu.u8("allowDisplayUpdates") == 0)
        case DataPDU.refreshRect:
            reading = "Refresh Rect"
            return .refreshRequested(try Self.readAreas(&pdu))
        case DataPDU.shutdownRequest:
            return .shutdownRequested
        default:
            break
        }
        return nil
    }

    private mutating func answerControl(_ action: UInt16, _ output: inout ByteWriter) throws(WireError) {
        let client = channels.user
        switch action {
        case Activation.cooperate:
            sendShare(&output) { Activation.encodeControl(Activation.cooperate, source: SharePDU.serverUser, into: &$0) }
        case Activation.requestControl:
            sendShare(&output) {
                Activation.encodeControl(Activation.grantedControl, grant: client, source: SharePDU.serverUser, into: &$0)
            }
        default:
            break
        }
    }

    @_lifetime(pdu: copy pdu)
    private static func readAreas(_ pdu: inout ByteReader) throws(WireError) -> [InclusiveRectangle] {
        let count = try pdu.u8("numberOfAreas")
        try pdu.skip(3, "pad3Octets")
        var areas: [InclusiveRectangle] = []
        for _ in 0..<count { areas.append(try InclusiveRectangle(from: &pdu)) }
        return areas
    }

    @_lifetime(pdu: copy pdu)
    mutating func receiveAutoDetect(_ flags: UInt16, _ pdu: inout ByteReader) throws(WireError) -> ServerEvent? {
        reading = "Auto-Detect Response"
        guard flags & SecurityHeader.autoDetectResponse != 0 else { return nil }
        return try AutoDetect.readSequence(AutoDetect.response, &pdu).map { .heartbeatAnswered(sequence: $0) }
    }

    @_lifetime(pdu: copy pdu)
    mutating func receiveReportChannel(_ pdu: inout ByteReader) throws(WireError) -> ServerEvent? {
        reading = "session report channel PDU"
        return try reportAssembly.add(&pdu).map { .channelMessage($0) }
    }
}
