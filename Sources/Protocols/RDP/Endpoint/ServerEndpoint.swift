import Wire

/// The server's end of one RDP connection, from the first byte to the last, as a state machine without I/O.
///
/// The caller hands it what was received and takes events out one at a time with ``next(_:output:)``; between two events
/// it may call anything here. What is to be sent is appended to the writer it passes. Once the desktop is up the machine
/// keeps no more than a few numbers of the handshake, and no buffer.
public struct ServerEndpoint {
    enum Phase { case connectionRequest, connectInitial, domain, admission, confirmActive, finalization, active, ended }

    /// Ids of the channels. The server gives them out, so they are its to choose: the user channel lies behind the
    /// static channels and the message channel.
    struct Channels {
        static let io: UInt16 = 1003
        var user: UInt16 = 0
        var message: UInt16 = 0
        var dynamic: UInt16 = 0
        var report: UInt16 = 0
        /// The last id given out, to know which may be joined.
        var last: UInt16 = 0
    }

    /// The largest desktop drawn, in pixels each way.
    public static let largestDesktop: UInt16 = 4096

    private var frames = FrameBuffer()
    var phase = Phase.connectionRequest
    var channels = Channels()
    var capabilities = Capabilities(width: 0, height: 0, colorDepth: .sixteen)
    // Small things stand together, where they fill what alignment leaves: there are as many endpoints as clients.
    var takesErrorInfo = false
    var takesRoundTrips = false
    /// What was chosen in the negotiation; over TLS nothing is encrypted again.
    private var isOverTLS = false
    /// Whether the client takes licensing PDUs encrypted.
    var takesEncryptedLicensing = false
    /// Whether the client was asked what it can on the dynamic channel.
    var hasOpenedDynamicChannel = false
    /// What matters until the logon request is put together.
    var handshake: Aside<Handshake>
    /// Encrypts and decrypts once there are keys.
    var security: SecurityLayer?
    var dynamicAssembly = StaticChannel.Assembly()
    var reportAssembly = StaticChannel.Assembly()
    /// The PDU being read, to name it in an error.
    var reading: StaticText = "X.224 Connection Request"

    public init(security: ServerSecurity = ServerSecurity()) { handshake = .present(Handshake(serverSecurity: security)) }

    struct Handshake {
        let serverSecurity: ServerSecurity
        var offered: SecurityProtocols?
        /// What the client said of itself.
        var core: ClientCore?
        /// The server's half of the keys, until the client's half comes.
        var pendingKeys: PendingKeys?
        /// The client's half.
        var clientRandom: [UInt8]?
    }

    /// What was agreed on between Connect-Initial and the security exchange.
    struct PendingKeys {
        let method: EncryptionMethod
        let random: [UInt8]
    }

    /// The desktop's size in pixels: what the client asked for, its width a multiple of four as bitmaps need it.
    public var desktopWidth: Int { Int(capabilities.width) }
    public var desktopHeight: Int { Int(capabilities.height) }

    /// The depth of the desktop's colours: the deepest that the client asked for and can.
    public var colorDepth: ColorDepth { capabilities.colorDepth }

    public var isActive: Bool { phase == .active }

    /// Whether the client takes compressed bitmaps without their header. What ``sendBitmap(left:top:width:pixels:_:output:)``
    /// writes depends on this, on ``colorDepth`` and on its arguments alone.
    public var omitsBitmapHeaders: Bool { capabilities.omitsCompressionHeader }

    /// Whether PDUs go out as they are, without a security header: only then are two of the same content the same bytes.
    public var sendsPlainly: Bool { security == nil }

    /// Which PDU the client has begun and not ended, by a number that tells it from the next; nil between PDUs.
    public var unfinishedPDU: UInt32? { frames.unfinished }

    public var hasReportChannel: Bool { channels.report != 0 }

    public var heartbeatKind: HeartbeatKind {
        if takesRoundTrips { .roundTrip } else if channels.dynamic != 0 { .dynamicChannel } else { .none }
    }

    /// Reads PDUs from `input` until one means something to the caller. A PDU of which only a part is there is kept.
    ///
    /// - Returns: the event; nil when all of `input` is used up.
    /// - Throws: where the client breaks the protocol. The connection is then of no more use.
    @_lifetime(input: copy input)
    public mutating func next(_ input: inout ByteReader, output: inout ByteWriter) throws(RDPError) -> ServerEvent? {
        do throws(WireError) {
            while phase != .ended {
                if let length = try frames.lengthInPlace(input) {
                    var pdu = try input.reader(length)
                    if let event = try receive(&pdu, &output) {
                        // What comes next is TLS, and only after the answer.
                        if event == .startTLS { try input.expectEnd() }
                        return event
                    }
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
    private mutating func receive(_ pdu: inout ByteReader, _ output: inout ByteWriter) throws(WireError) -> ServerEvent? {
        if try pdu.peek() != Frame.tpktVersion {
            reading = "fast-path input"
            guard phase == .active else { throw .invalid(field: "TPKT version", value: UInt64(try pdu.peek())) }
            return .input(try FastPathInput.read(&pdu, security))
        }
        try pdu.skip(Frame.tpktHeaderLength, "TPKT header")
        switch phase {
        case .connectionRequest: return try receiveConnectionRequest(&pdu, &output)
        case .connectInitial: return try receiveConnectInitial(&pdu, &output)
        default: return try receiveDomainPDU(&pdu, &output)
        }
    }

    @_lifetime(pdu: copy pdu)
    private mutating func receiveConnectionRequest(
        _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ServerEvent {
        let request = try ConnectionRequest(from: &pdu)
        let offered = request.offered
        handshake.value?.offered = offered
        switch try known().serverSecurity.select(from: offered) {
        case .standard:
            ConnectionConfirm(offered == nil ? .absent : .selected([], extendedClientData: true)).encode(into: &output)
            phase = .connectInitial
            return .connectionRequested(cookie: request.cookie)
        case .tls:
            ConnectionConfirm(.selected(.tls, extendedClientData: true)).encode(into: &output)
            isOverTLS = true
            phase = .connectInitial
            return .startTLS
        case .failure(let failure):
            // A client that did not negotiate would not understand the answer.
            if offered != nil { ConnectionConfirm(.failure(failure.rawValue)).encode(into: &output) }
            phase = .ended
            return .negotiationFailed(failure)
        }
    }

    @_lifetime(pdu: copy pdu)
    private mutating func receiveConnectInitial(
        _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ServerEvent? {
        reading = "MCS Connect-Initial"
        try X224.readDataHeader(&pdu)
        var userData = try ConnectInitial.readUserData(&pdu)
        reading = "GCC Conference Create Request"
        var settings = try Conference.readRequest(&userData)
        let blocks = try ClientBlocks(from: &settings)
        adopt(blocks)

        var answer = ServerBlocks()
        answer.requestedProtocols = handshake.value?.offered ?? []
        try chooseEncryption(for: blocks.encryptionMethods, &answer)
        answer.ioChannel = Channels.io
        answer.channels = blocks.channels.indices.map { Channels.io + 1 + UInt16($0) }
        answer.messageChannel = channels.message == 0 ? nil : channels.message
        var encoded = ByteWriter()
        answer.encode(into: &encoded)
        let start = Frame.begin(&output)
        X224.writeDataHeader(&output)
        ConnectResponse.encode(userData: Conference.encodeResponse(encoded.bytes), into: &output)
        Frame.end(&output, at: start)
        phase = .domain
        return nil
    }

    private mutating func chooseEncryption(for flags: UInt32, _ answer: inout ServerBlocks) throws(WireError) {
        guard !isOverTLS else { return }
        let serverSecurity = try known().serverSecurity
        guard let method = serverSecurity.level.method(for: flags) else {
            throw .invalid(field: "encryptionMethods", value: UInt64(flags))
        }
        // A server that cannot make a key has no encryption to offer.
        guard method != .none, let key = serverSecurity.key() else { return }
        let keys = PendingKeys(method: method, random: serverSecurity.random(SessionKeys.randomLength))
        answer.encryptionMethod = method.rawValue
        answer.encryptionLevel = serverSecurity.level.rawValue
        answer.random = keys.random
        answer.certificate = ProprietaryCertificate.encode(key.publicKey)
        handshake.value?.pendingKeys = keys
    }

    /// The handshake's own, which is there until the client has said who its user is.
    func known() throws(WireError) -> Handshake {
        guard let known = handshake.value else { throw .invalid(field: "PDU of the handshake, which is over", value: 0) }
        return known
    }

    mutating func setSize(width: UInt16, height: UInt16) {
        capabilities.width = max(64, min(Self.largestDesktop, width)) & ~3
        capabilities.height = max(64, min(Self.largestDesktop, height))
    }

    private mutating func adopt(_ blocks: ClientBlocks) {
        handshake.value?.core = blocks.core
        takesErrorInfo = blocks.core.earlyCapabilities.contains(.errorInfo)
        takesRoundTrips = blocks.wantsMessageChannel && blocks.core.earlyCapabilities.contains(.networkAutoDetect)
        setSize(width: blocks.core.width, height: blocks.core.height)
        capabilities.colorDepth = blocks.core.bestColorDepth
        for (index, channel) in blocks.channels.enumerated() {
            let id = Channels.io + 1 + UInt16(index)
            switch channel.name.lowercased() {
            case DynamicChannel.staticName: channels.dynamic = id
            case SessionReport.channelName: channels.report = id
            default: break
            }
        }
        let afterStatic = Channels.io + 1 + UInt16(blocks.channels.count)
        if blocks.wantsMessageChannel { channels.message = afterStatic }
        channels.user = afterStatic + 1
        channels.last = channels.user
    }

    @_lifetime(pdu: copy pdu)
    private mutating func receiveDomainPDU(
        _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ServerEvent? {
        reading = "MCS domain PDU"
        try X224.readDataHeader(&pdu)
        switch try DomainPDU(from: &pdu) {
        case .erectDomain:
            return nil
        case .attachUserRequest:
            DomainPDU.attachUserConfirm(user: channels.user).encode(into: &output)
            return nil
        case .channelJoinRequest(_, let channel):
            guard Channels.io...channels.last ~= channel else {
                throw .invalid(field: "MCS channel", value: UInt64(channel))
            }
            DomainPDU.channelJoinConfirm(user: channels.user, channel: channel).encode(into: &output)
            return nil
        case .sendDataRequest(let channel):
            // Absent channels are 0 in `channels`, so that data on channel 0 would pass for theirs.
            guard channel != 0 else { throw .invalid(field: "MCS channel", value: 0) }
            return try receiveData(on: channel, &pdu, &output)
        case .disconnectProviderUltimatum:
            phase = .ended
            return .disconnected
        case .attachUserConfirm, .channelJoinConfirm, .sendDataIndication:
            throw .invalid(field: "MCS choice, which is a server's", value: 0)
        }
    }

    @_lifetime(pdu: copy pdu)
    private mutating func receiveData(
        on channel: UInt16, _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ServerEvent? {
        guard let security else {
            // Without encryption only some PDUs have a security header.
            let hasHeader = channel == channels.message || channel == Channels.io && phase == .domain
            let flags = hasHeader ? try SecurityHeader(from: &pdu).flags : 0
            return try receiveContent(on: channel, flags, &pdu, &output)
        }
        reading = "security header"
        let flags = try SecurityHeader(from: &pdu).flags
        guard flags & SecurityHeader.encrypt != 0 else { throw .invalid(field: "security header flags", value: UInt64(flags)) }
        let plain = try security.readSealed(salted: flags & SecurityHeader.secureChecksum != 0, &pdu)
        var content = ByteReader(plain.span.bytes)
        return try receiveContent(on: channel, flags, &content, &output)
    }

    @_lifetime(pdu: copy pdu)
    private mutating func receiveContent(
        on channel: UInt16, _ flags: UInt16, _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ServerEvent? {
        switch channel {
        case Channels.io where phase == .domain: return try receiveLogon(flags, &pdu)
        case Channels.io: return try receiveSharePDU(&pdu, &output)
        case channels.message: return try receiveAutoDetect(flags, &pdu)
        case channels.dynamic: return try receiveDynamicChannel(&pdu, &output)
        case channels.report: return try receiveReportChannel(&pdu)
        default: return nil
        }
    }
}
