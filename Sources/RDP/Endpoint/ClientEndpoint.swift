import Wire

/// The client's end of one RDP connection as a state machine without I/O; the counterpart of ``ServerEndpoint``, used
/// the same way. It answers the server's heartbeats by itself, for as long as it is given bytes.
public struct ClientEndpoint {
    enum Phase { case connectionConfirm, connectResponse, attach, join, licensing, demandActive, finalization, active, ended }

    private static let channelNames = [DynamicChannel.staticName, SessionReport.channelName]

    private var frames = FrameBuffer()
    var phase = Phase.connectionConfirm
    /// What is said during the handshake; let go of when the server offers the desktop.
    private var configuration: ClientConfiguration?
    var capabilities: Capabilities
    var user: UInt16 = 0
    var ioChannel: UInt16 = 0
    var messageChannel: UInt16 = 0
    var dynamicChannel: UInt16 = 0
    var reportChannel: UInt16 = 0
    private var joinsLeft = 0
    var dynamicAssembly = StaticChannel.Assembly()
    private var reportAssembly = StaticChannel.Assembly()
    var reading: StaticText = "X.224 Connection Confirm"

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
}
