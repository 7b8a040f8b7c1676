import Wire

/// The client's end of one RDP connection as a state machine without I/O; the counterpart of ``ServerEndpoint``, used
/// the same way. It answers the server's heartbeats by itself, for as long as it is given bytes.
public struct ClientEndpoint {
    private enum Phase { case connectionConfirm, connectResponse, attach, join, licensing, demandActive, finalization, active, ended }

    private static let channelNames = [DynamicChannel.staticName, SessionReport.channelName]

    private var frames = FrameBuffer()
    private var phase = Phase.connectionConfirm
    /// What is said during the handshake; let go of when the server offers the desktop.
    private var configuration: ClientConfiguration?
    private var capabilities: Capabilities
    private var user: UInt16 = 0
    private var ioChannel: UInt16 = 0
    private var messageChannel: UInt16 = 0
    private var dynamicChannel: UInt16 = 0
    private var reportChannel: UInt16 = 0
    private var joinsLeft = 0
    private var dynamicAssembly = StaticChannel.Assembly()
    private var reportAssembly = StaticChannel.Assembly()
    private var reading: StaticText = "X.224 Connection Confirm"

    public init(configuration: ClientConfiguration) {
        self.configuration = configuration
        capabilities = Capabilities(width: configuration.width, height: configuration.height, colorDepth: 16)
    }

    public var isActive: Bool { phase == .active }

    /// Writes the first PDU of the connection.
    public func start(output: inout ByteWriter) {
        guard phase == .connectionConfirm else { return }
        ConnectionRequest(cookie: configuration?.user, offered: []).encode(into: &output)
    }

    /// Reads PDUs from `input` until one means something to the caller; see ``ServerEndpoint/next(_:output:)``.
    @_lifetime(input: copy input)
    public mutating func next(_ input: inout ByteReader, output: inout ByteWriter) throws(RDPError) -> ClientEvent? {
        do throws(WireError) {
            while phase != .ended {
                if let length = try frames.lengthInPlace(input) {
                    var pdu = try input.reader(length)
                    if let event = try receive(&pdu, &output) { return event }
                } else if let whole = try frames.complete(&input) {
                    var pdu = ByteReader(whole.span.bytes)
                    if let event = try receive(&pdu, &output) { return event }
                } else {
                    return nil
                }
            }
            return nil
        } catch {
            phase = .ended
            throw RDPError(pdu: reading, detail: error)
        }
    }

    @_lifetime(pdu: copy pdu)
    private mutating func receive(_ pdu: inout ByteReader, _ output: inout ByteWriter) throws(WireError) -> ClientEvent? {
        // Fast-path output is a server's to send only to clients that say they take it, which this one does not.
        guard try pdu.peek() == Frame.tpktVersion else { throw .invalid(field: "TPKT version", value: UInt64(try pdu.peek())) }
        try pdu.skip(Frame.tpktHeaderLength)
        switch phase {
        case .connectionConfirm: try receiveConnectionConfirm(&pdu, &output)
        case .connectResponse: try receiveConnectResponse(&pdu, &output)
        default: return try receiveDomainPDU(&pdu, &output)
        }
        return nil
    }

    @_lifetime(pdu: copy pdu)
    private mutating func receiveConnectionConfirm(_ pdu: inout ByteReader, _ output: inout ByteWriter) throws(WireError) {
        var extendedClientData = false
        switch try ConnectionConfirm(from: &pdu).negotiation {
        case .absent: break
        case .selected([], let extended): extendedClientData = extended
        case .selected(let protocols, _): throw .invalid(field: "selectedProtocol", value: UInt64(protocols.rawValue))
        case .failure(let code): throw .invalid(field: "failureCode", value: UInt64(code))
        }
        guard let configuration else { return }
        var blocks = ClientBlocks()
        blocks.core.width = configuration.width
        blocks.core.height = configuration.height
        blocks.core.name = configuration.clientName
        blocks.core.earlyCapabilities = .errorInfo
        if configuration.answersRoundTrips, extendedClientData {
            blocks.core.earlyCapabilities.insert(.networkAutoDetect)
            blocks.wantsMessageChannel = true
        }
        blocks.channels = Self.channelNames.map { ChannelDefinition(name: $0) }
        var encoded = ByteWriter()
        blocks.encode(into: &encoded)
        let start = Frame.begin(&output)
        X224.writeDataHeader(&output)
        ConnectInitial.encode(userData: Conference.encodeRequest(encoded.bytes), into: &output)
        Frame.end(&output, at: start)
        phase = .connectResponse
    }

    @_lifetime(pdu: copy pdu)
    private mutating func receiveConnectResponse(_ pdu: inout ByteReader, _ output: inout ByteWriter) throws(WireError) {
        reading = "MCS Connect-Response"
        try X224.readDataHeader(&pdu)
        var userData = try ConnectResponse.readUserData(&pdu)
        reading = "GCC Conference Create Response"
        var settings = try Conference.readResponse(&userData)
        let blocks = try ServerBlocks(from: &settings)
        guard blocks.encryptionMethod == 0 else {
            throw .invalid(field: "encryptionMethod", value: UInt64(blocks.encryptionMethod))
        }
        ioChannel = blocks.ioChannel
        messageChannel = blocks.messageChannel ?? 0
        if blocks.channels.count == Self.channelNames.count {
            dynamicChannel = blocks.channels[0]
            reportChannel = blocks.channels[1]
        }
        DomainPDU.erectDomain.encode(into: &output)
        DomainPDU.attachUserRequest.encode(into: &output)
        phase = .attach
    }

    @_lifetime(pdu: copy pdu)
    private mutating func receiveDomainPDU(
        _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ClientEvent? {
        reading = "MCS domain PDU"
        try X224.readDataHeader(&pdu)
        switch try DomainPDU(from: &pdu) {
        case .attachUserConfirm(let user) where phase == .attach:
            self.user = user
            let joined = [user, ioChannel, messageChannel, dynamicChannel, reportChannel].filter { $0 != 0 }
            for channel in joined { DomainPDU.channelJoinRequest(user: user, channel: channel).encode(into: &output) }
            joinsLeft = joined.count
            phase = .join
            return nil
        case .channelJoinConfirm where phase == .join:
            joinsLeft -= 1
            if joinsLeft == 0 { sendClientInfo(&output) }
            return nil
        case .sendDataIndication(let channel) where ![.attach, .join].contains(phase) && channel != 0:
            return try receiveData(on: channel, &pdu, &output)
        case .disconnectProviderUltimatum:
            phase = .ended
            return .disconnected
        default:
            throw .invalid(field: "MCS choice at this point of the connection", value: 0)
        }
    }

    private mutating func sendClientInfo(_ output: inout ByteWriter) {
        var info = ClientInfo()
        info.user = configuration?.user ?? ""
        info.domain = configuration?.domain ?? ""
        info.password = configuration?.password ?? ""
        send(on: ioChannel, &output) {
            SecurityHeader(flags: SecurityHeader.info).encode(into: &$0)
            info.encode(into: &$0)
        }
        phase = .licensing
    }

    @_lifetime(pdu: copy pdu)
    private mutating func receiveData(
        on channel: UInt16, _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ClientEvent? {
        switch channel {
        case ioChannel where phase == .licensing: return try receiveLicensing(&pdu)
        case ioChannel: return try receiveSharePDU(&pdu, &output)
        case messageChannel: return try answerAutoDetect(&pdu, &output)
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
    private mutating func receiveLicensing(_ pdu: inout ByteReader) throws(WireError) -> ClientEvent? {
        reading = "Licensing"
        if let refusal = try Self.readEarlyErrorInfo(pdu.rest) { return .errorInfo(refusal) }
        guard try SecurityHeader(from: &pdu).flags & SecurityHeader.license != 0 else { return nil }
        try Licensing.expectValidClient(&pdu)
        phase = .demandActive
        configuration = nil
        return nil
    }

    /// A Set Error Info PDU in the place of licensing: it has no security header, so it is known by its share headers.
    private static func readEarlyErrorInfo(_ bytes: RawSpan) throws(WireError) -> ErrorInfo? {
        var reader = ByteReader(bytes)
        guard reader.remaining > DataPDU.typeOffset, Int(try reader.u16le()) == bytes.byteCount else { return nil }
        reader = ByteReader(bytes)
        guard try SharePDU.readHeader(&reader) == SharePDU.data,
            try DataPDU.readHeader(&reader) == DataPDU.setErrorInfo
        else { return nil }
        return ErrorInfo(rawValue: try reader.u32le())
    }

    @_lifetime(pdu: copy pdu)
    private mutating func receiveSharePDU(
        _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ClientEvent? {
        reading = "Share Control Header"
        switch try SharePDU.readHeader(&pdu) {
        case SharePDU.demandActive:
            reading = "Demand Active"
            try Activation.readSets(isConfirm: false, into: &capabilities, &pdu)
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
        let (offer, user) = (capabilities, user)
        sendShare(&output) { Activation.encodeConfirmActive(offer, user: user, into: &$0) }
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
            guard try pdu.u16le() == BitmapUpdate.type else { return nil }
            return .drawn(rectangles: try BitmapUpdate.readRectangles(&pdu))
        case DataPDU.saveSessionInfo:
            reading = "Save Session Info"
            return try SaveSessionInfo(from: &pdu).map { .loggedOn(session: $0.session, user: $0.user) }
        case DataPDU.setErrorInfo:
            reading = "Set Error Info"
            let code = try pdu.u32le()
            // ERRINFO_NONE says that nothing is wrong.
            return code == 0 ? nil : .errorInfo(ErrorInfo(rawValue: code))
        case DataPDU.shutdownDenied:
            return .shutdownDenied
        default:
            return nil
        }
    }

    @_lifetime(pdu: copy pdu)
    private mutating func answerAutoDetect(
        _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ClientEvent? {
        reading = "Auto-Detect Request"
        guard try SecurityHeader(from: &pdu).flags & SecurityHeader.autoDetectRequest != 0,
            let sequence = try AutoDetect.readSequence(AutoDetect.request, &pdu)
        else { return nil }
        send(on: messageChannel, &output) { AutoDetect.encodeResponse(sequence: sequence, into: &$0) }
        return .heartbeatAnswered
    }

    @_lifetime(pdu: copy pdu)
    private mutating func answerDynamicChannel(
        _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ClientEvent? {
        reading = "dynamic channel PDU"
        guard let message = try dynamicAssembly.add(&pdu) else { return nil }
        var reader = ByteReader(message.span.bytes)
        switch try DynamicChannel.read(&reader) {
        case .capabilities:
            sendChannel(dynamicChannel, DynamicChannel.capabilitiesResponse, &output)
            return nil
        case .create(let id):
            sendChannel(dynamicChannel, DynamicChannel.refusal(id: id), &output)
            return .heartbeatAnswered
        case .other:
            return nil
        }
    }
}

// MARK: - What the client does

extension ClientEndpoint {
    /// Sends what the user did. Nothing goes out before the desktop is there.
    public func sendInput(_ events: [InputEvent], output: inout ByteWriter) {
        guard isActive, !events.isEmpty else { return }
        if capabilities.takesFastPathInput {
            var rest = events[...]
            while !rest.isEmpty {
                FastPathInput.encode(rest.prefix(FastPathInput.mostEvents), into: &output)
                rest = rest.dropFirst(FastPathInput.mostEvents)
            }
        } else {
            sendShare(&output) { SlowPathInput.encode(events, user: user, into: &$0) }
        }
    }

    /// Minimises the client: the server draws nothing until it is told otherwise (MS-RDPBCGR 2.2.11.3).
    public func sendSuppressOutput(_ suppressed: Bool, output: inout ByteWriter) {
        let (right, bottom) = (max(1, capabilities.width) - 1, max(1, capabilities.height) - 1)
        sendData(DataPDU.suppressOutput, &output) {
            $0.u8(suppressed ? 0 : 1)
            $0.zeros(3)
            if !suppressed { InclusiveRectangle(left: 0, top: 0, right: right, bottom: bottom).encode(into: &$0) }
        }
    }

    public func sendShutdownRequest(output: inout ByteWriter) {
        sendData(DataPDU.shutdownRequest, &output) { _ in }
    }

    /// Has tsserver log the session off.
    public func sendLogoff(output: inout ByteWriter) {
        guard isActive, reportChannel != 0 else { return }
        sendChannel(reportChannel, SessionReport.logoffCommand, &output)
    }

    /// Leaves the session to be picked up again, and says so.
    public mutating func disconnect(output: inout ByteWriter) {
        guard phase != .ended, user != 0 else { return }
        DomainPDU.disconnectProviderUltimatum(reason: DomainPDU.userRequested).encode(into: &output)
        phase = .ended
    }

    private func sendData(_ type: UInt8, _ output: inout ByteWriter, _ body: (inout ByteWriter) -> Void) {
        guard isActive else { return }
        sendShare(&output) {
            let start = DataPDU.begin(type, source: user, &$0)
            body(&$0)
            DataPDU.end(&$0, at: start)
        }
    }

    private func sendChannel(_ channel: UInt16, _ data: [UInt8], _ output: inout ByteWriter) {
        StaticChannel.encode(data) { chunk in send(on: channel, &output, chunk) }
    }

    private func sendShare(_ output: inout ByteWriter, _ body: (inout ByteWriter) -> Void) {
        send(on: ioChannel, &output, body)
    }

    /// Everything but the handshake's own PDUs goes out here; after the end nothing does.
    private func send(on channel: UInt16, _ output: inout ByteWriter, _ body: (inout ByteWriter) -> Void) {
        guard phase != .ended else { return }
        let start = DomainPDU.beginData(&output, fromServer: false, user: user, channel: channel)
        body(&output)
        DomainPDU.endData(&output, at: start)
    }
}
