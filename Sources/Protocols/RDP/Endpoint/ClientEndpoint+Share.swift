import Wire

// What the server says once the client is in: its side of the share, and its questions on the channels.
extension ClientEndpoint {
    @_lifetime(pdu: copy pdu)
    mutating func receiveSharePDU(
        _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ClientEvent? {
        reading = "Share Control Header"
        switch try SharePDU.readHeader(&pdu) {
        case SharePDU.demandActive:
            reading = "Demand Active"
            try Activation.readSets(isConfirm: false, into: &capabilities, &pdu)
            security?.saltsSignatures = capabilities.saltsSignatures
            confirmActive(&output)
            return nil
        case SharePDU.deactivateAll:
            phase = .demandActive
            return .deactivated
        case SharePDU.data:
            return try receiveDataPDU(&pdu)
        case let type:
            throw .invalid(field: "pduType", value: UInt64(type))
        }
    }

    private mutating func confirmActive(_ output: inout ByteWriter) {
        let (offer, user, isEncrypted) = (capabilities, user, security != nil)
        sendShare(&output) { Activation.encodeConfirmActive(offer, user: user, isEncrypted: isEncrypted, into: &$0) }
        sendShare(&output) { Activation.encodeSynchronize(source: user, target: SharePDU.serverUser, into: &$0) }
        sendShare(&output) { Activation.encodeControl(Activation.cooperate, source: user, into: &$0) }
        sendShare(&output) { Activation.encodeControl(Activation.requestControl, source: user, into: &$0) }
        sendShare(&output) { Activation.encodeFontList(source: user, into: &$0) }
        phase = .finalization
    }

    @_lifetime(pdu: copy pdu)
    private mutating func receiveDataPDU(_ pdu: inout ByteReader) throws(WireError) -> ClientEvent? {
        reading = "Share Data Header"
        switch try DataPDU.readHeader(&pdu) {
        case DataPDU.fontMap where phase == .finalization:
            phase = .active
            return .activated
        case DataPDU.update:
            reading = "Bitmap Update"
            guard try pdu.u16le("updateType") == BitmapUpdate.type else { return nil }
            return .drawn(rectangles: try BitmapUpdate.readRectangles(&pdu))
        case DataPDU.saveSessionInfo:
            reading = "Save Session Info"
            return try SaveSessionInfo(from: &pdu).map { .loggedOn(session: $0.session, user: $0.user) }
        case DataPDU.setErrorInfo:
            reading = "Set Error Info"
            let code = try pdu.u32le("errorInfo")
            // ERRINFO_NONE says that nothing is wrong.
            return code == 0 ? nil : .errorInfo(ErrorInfo(rawValue: code))
        case DataPDU.shutdownDenied:
            return .shutdownDenied
        default:
            return nil
        }
    }

    @_lifetime(pdu: copy pdu)
    mutating func answerAutoDetect(
        _ flags: UInt16, _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ClientEvent? {
        reading = "Auto-Detect Request"
        guard flags & SecurityHeader.autoDetectRequest != 0,
            let sequence = try AutoDetect.readSequence(AutoDetect.request, &pdu)
        else { return nil }
        send(on: messageChannel, flags: SecurityHeader.autoDetectResponse, &output) {
            AutoDetect.encodeResponse(sequence: sequence, into: &$0)
        }
        return .heartbeatAnswered
    }

    @_lifetime(pdu: copy pdu)
    mutating func answerDynamicChannel(
        _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ClientEvent? {
        reading = "dynamic channel PDU"
        guard let message = try dynamicAssembly.add(&pdu) else { return nil }
        var reader = ByteReader(message.span.bytes)
        switch try DynamicChannel.read(&reader) {
        case .capabilities(let version):
            sendChannel(dynamicChannel, DynamicChannel.capabilitiesResponse(to: version), &output)
            return nil
        case .create(let id):
            sendChannel(dynamicChannel, DynamicChannel.refusal(id: id), &output)
            return .heartbeatAnswered
        case .other:
            return nil
        }
    }
}
