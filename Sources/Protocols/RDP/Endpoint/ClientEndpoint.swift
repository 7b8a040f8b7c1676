import Wire

/// The client's end of one RDP connection as a state machine without I/O; the counterpart of ``ServerEndpoint``, used
/// the same way. It answers the server's heartbeats by itself, for as long as it is given bytes.
public struct ClientEndpoint {
    enum Phase {
        case connectionConfirm, startTLS, connectResponse, attach, join, licensing, demandActive, finalization, active, ended
    }

    private static let channelNames = [DynamicChannel.staticName, SessionReport.channelName]

    private var frames = FrameBuffer()
    var phase = Phase.connectionConfirm
    /// What is said during the handshake; let go of when the server offers the desktop.
    var configuration: ClientConfiguration?
    var capabilities: Capabilities
    var user: UInt16 = 0
    var ioChannel: UInt16 = 0
    var messageChannel: UInt16 = 0
    var dynamicChannel: UInt16 = 0
    var reportChannel: UInt16 = 0
    private var joinsLeft = 0
    /// What the server gave to make keys from, until the client's half is sent.
    private var pendingKeys: PendingKeys?
    /// Encrypts and decrypts once there are keys.
    var security: SecurityLayer?
    private var isOverTLS = false
    private var extendedClientData = false

    private struct PendingKeys {
        let method: EncryptionMethod
        let level: EncryptionLevel
        let serverRandom: [UInt8]
        let key: RSAPublicKey
    }

    var dynamicAssembly = StaticChannel.Assembly()
    var reportAssembly = StaticChannel.Assembly()
    var reading: StaticText = "X.224 Connection Confirm"

    public init(configuration: ClientConfiguration) {
        self.configuration = configuration
        capabilities = Capabilities(width: configuration.width, height: configuration.height, colorDepth: .sixteen)
    }

    public var isActive: Bool { phase == .active }

    /// What the client needs from the server next on its way to the desktop, for people; nil where there is nothing more.
    public var awaited: String? {
        switch phase {
        case .connectionConfirm: "the X.224 Connection Confirm"
        case .startTLS, .connectResponse: isOverTLS ? "the TLS handshake or the MCS Connect-Response" : "the MCS Connect-Response"
        case .attach, .join: "the MCS channels"
        case .licensing: "the end of licensing"
        case .demandActive: "the Demand Active PDU"
        case .finalization: "the end of the activation"
        case .active, .ended: nil
        }
    }

    /// Writes the first PDU of the connection.
    public func start(output: inout ByteWriter) {
        guard phase == .connectionConfirm else { return }
        guard let configuration else { return }
        ConnectionRequest(cookie: configuration.user, offered: configuration.security.offered).encode(into: &output)
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
        try pdu.skip(Frame.tpktHeaderLength, "TPKT header")
        switch phase {
        case .connectionConfirm: return try receiveConnectionConfirm(&pdu, &output)
        case .connectResponse: try receiveConnectResponse(&pdu, &output)
        default: return try receiveDomainPDU(&pdu, &output)
        }
        return nil
    }

    @_lifetime(pdu: copy pdu)
    private mutating func receiveConnectionConfirm(
        _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ClientEvent? {
        let security = configuration?.security ?? .none
        switch try ConnectionConfirm(from: &pdu).negotiation {
        case .absent where security != .tls:
            sendConnectInitial(extendedClientData: false, &output)
        case .selected([], let extended) where security != .tls:
            sendConnectInitial(extendedClientData: extended, &output)
        case .selected(.tls, let extended) where security.offered.contains(.tls):
            isOverTLS = true
            extendedClientData = extended
            phase = .startTLS
            return .startTLS
        case .absent: throw .invalid(field: "selectedProtocol", value: 0)
        case .selected(let protocols, _): throw .invalid(field: "selectedProtocol", value: UInt64(protocols.rawValue))
        case .failure(let code):
            phase = .ended
            guard let failure = NegotiationFailure(rawValue: code) else { throw .invalid(field: "failureCode", value: UInt64(code)) }
            return .negotiationFailed(failure)
        }
        return nil
    }

    /// Goes on after ``ClientEvent/startTLS``, with the first words that TLS hides.
    public mutating func didStartTLS(output: inout ByteWriter) {
        guard phase == .startTLS else { return }
        sendConnectInitial(extendedClientData: extendedClientData, &output)
    }

    private mutating func sendConnectInitial(extendedClientData: Bool, _ output: inout ByteWriter) {
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
        if configuration.security != .none, !isOverTLS { blocks.encryptionMethods = EncryptionMethod.everyFlag }
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
        try adoptEncryption(blocks)
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

    private mutating func adoptEncryption(_ blocks: ServerBlocks) throws(WireError) {
        let isAllowed = blocks.encryptionMethod == 0 || configuration?.security != ClientSecurity.none && !isOverTLS
        guard isAllowed, let method = EncryptionMethod(rawValue: blocks.encryptionMethod) else {
            throw .invalid(field: "encryptionMethod", value: UInt64(blocks.encryptionMethod))
        }
        guard method != .none else { return }
        guard let level = EncryptionLevel(rawValue: blocks.encryptionLevel) else {
            throw .invalid(field: "encryptionLevel", value: UInt64(blocks.encryptionLevel))
        }
        reading = "server certificate"
        var certificate = ByteReader(blocks.certificate.span.bytes)
        pendingKeys = PendingKeys(
            method: method, level: level, serverRandom: blocks.random,
            key: try ProprietaryCertificate.readKey(&certificate))
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
            if joinsLeft == 0 {
                exchangeKeys(&output)
                sendClientInfo(&output)
            }
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

    /// Sends the client's half of the keys, if there are to be any (MS-RDPBCGR 5.3.4).
    private mutating func exchangeKeys(_ output: inout ByteWriter) {
        guard let pending = pendingKeys, let configuration else { return }
        let random = configuration.random(SessionKeys.randomLength)
        send(on: ioChannel, flags: SecurityHeader.exchange | SecurityHeader.licenseEncryption, &output) {
            SecurityExchange.encode(random: random, for: pending.key, into: &$0)
        }
        let keys = SessionKeys(pending.method, clientRandom: random, serverRandom: pending.serverRandom)
        security = SecurityLayer(keys, pending.method, pending.level, asServer: false)
        pendingKeys = nil
    }

    private mutating func sendClientInfo(_ output: inout ByteWriter) {
        var info = ClientInfo()
        info.user = configuration?.user ?? ""
        info.domain = configuration?.domain ?? ""
        info.password = configuration?.password ?? ""
        send(on: ioChannel, flags: SecurityHeader.info, &output) { info.encode(into: &$0) }
        phase = .licensing
    }
}
