import Wire

/// The server's end of one RDP connection, from the first byte to the last, as a state machine without I/O.
///
/// The caller hands it what was received and takes events out one at a time with ``next(_:output:)``; between two events
/// it may call anything here. What is to be sent is appended to the writer it passes. Once the desktop is up the machine
/// keeps no more than a few numbers of the handshake, and no buffer.
public struct ServerEndpoint {
    private enum Phase { case connectionRequest, connectInitial, domain, admission, confirmActive, finalization, active, ended }

    /// Ids of the channels. The server gives them out, so they are its to choose: the user channel lies behind the
    /// static channels and the message channel.
    private struct Channels {
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
    private var phase = Phase.connectionRequest
    private var channels = Channels()
    private var capabilities = Capabilities(width: 0, height: 0, colorDepth: 16)
    private var takesErrorInfo = false
    private var takesRoundTrips = false
    private var offered: SecurityProtocols?
    /// What the client said of itself, until the logon request is put together.
    private var core: ClientCore?
    private var dynamicAssembly = StaticChannel.Assembly()
    private var reportAssembly = StaticChannel.Assembly()
    /// The PDU being read, to name it in an error.
    private var reading: StaticText = "X.224 Connection Request"

    public init() {}

    /// The desktop's size in pixels: what the client asked for, its width a multiple of four as bitmaps need it.
    public var desktopWidth: Int { Int(capabilities.width) }
    public var desktopHeight: Int { Int(capabilities.height) }

    public var isActive: Bool { phase == .active }

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
    private mutating func receive(_ pdu: inout ByteReader, _ output: inout ByteWriter) throws(WireError) -> ServerEvent? {
        if try pdu.peek() != Frame.tpktVersion {
            reading = "fast-path input"
            guard phase == .active else { throw .invalid(field: "TPKT version", value: UInt64(try pdu.peek())) }
            return .input(try FastPathInput.read(&pdu))
        }
        try pdu.skip(Frame.tpktHeaderLength)
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
        offered = request.offered
        ConnectionConfirm(request.offered == nil ? .absent : .selected([], extendedClientData: true)).encode(into: &output)
        phase = .connectInitial
        return .connectionRequested(cookie: request.cookie)
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
        answer.requestedProtocols = offered ?? []
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

    private mutating func adopt(_ blocks: ClientBlocks) {
        core = blocks.core
        takesErrorInfo = blocks.core.earlyCapabilities.contains(.errorInfo)
        takesRoundTrips = blocks.wantsMessageChannel && blocks.core.earlyCapabilities.contains(.networkAutoDetect)
        capabilities.width = max(64, min(Self.largestDesktop, blocks.core.width)) & ~3
        capabilities.height = max(64, min(Self.largestDesktop, blocks.core.height))
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
        switch channel {
        case Channels.io where phase == .domain: return try receiveClientInfo(&pdu)
        case Channels.io: return try receiveSharePDU(&pdu, &output)
        case channels.message: return try receiveAutoDetect(&pdu)
        case channels.dynamic: return try receiveDynamicChannel(&pdu)
        case channels.report: return try receiveReportChannel(&pdu)
        default: return nil
        }
    }

    @_lifetime(pdu: copy pdu)
    private mutating func receiveClientInfo(_ pdu: inout ByteReader) throws(WireError) -> ServerEvent? {
        reading = "Client Info"
        let flags = try SecurityHeader(from: &pdu).flags
        // rdesktop may send a security exchange although no encryption was chosen: there is nothing to exchange.
        if flags & SecurityHeader.exchange != 0 { return nil }
        guard flags & SecurityHeader.info != 0 else { throw .invalid(field: "security header flags", value: UInt64(flags)) }
        let info = try ClientInfo(from: &pdu)
        phase = .admission
        defer { core = nil }
        return .logonRequested(LogonRequest(
            user: info.user, domain: info.domain, password: info.password,
            clientName: core?.name ?? "", clientBuild: core?.build ?? 0))
    }

    @_lifetime(pdu: copy pdu)
    private mutating func receiveSharePDU(
        _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ServerEvent? {
        reading = "Share Control Header"
        let type = try SharePDU.readHeader(&pdu)
        switch (type, phase) {
        case (SharePDU.confirmActive, .confirmActive):
            reading = "Confirm Active"
            let size = (capabilities.width, capabilities.height)
            try Activation.readSets(isConfirm: true, into: &capabilities, &pdu)
            (capabilities.width, capabilities.height) = size
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
            try answerControl(try pdu.u16le(), &output)
        case DataPDU.fontList where phase == .finalization:
            sendShare(&output) { Activation.encodeFontMap(into: &$0) }
            if channels.dynamic != 0 { sendChannel(channels.dynamic, DynamicChannel.capabilitiesRequest, &output) }
            phase = .active
            return .activated
        case DataPDU.input:
            reading = "Input"
            return .input(try SlowPathInput.read(&pdu))
        case DataPDU.suppressOutput:
            reading = "Suppress Output"
            return .outputSuppressed(try pdu.u8() == 0)
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
        let count = try pdu.u8()
        try pdu.skip(3)
        var areas: [InclusiveRectangle] = []
        for _ in 0..<count { areas.append(try InclusiveRectangle(from: &pdu)) }
        return areas
    }

    @_lifetime(pdu: copy pdu)
    private mutating func receiveAutoDetect(_ pdu: inout ByteReader) throws(WireError) -> ServerEvent? {
        reading = "Auto-Detect Response"
        guard try SecurityHeader(from: &pdu).flags & SecurityHeader.autoDetectResponse != 0 else { return nil }
        return try AutoDetect.readSequence(AutoDetect.response, &pdu).map { .heartbeatAnswered(sequence: $0) }
    }

    @_lifetime(pdu: copy pdu)
    private mutating func receiveDynamicChannel(_ pdu: inout ByteReader) throws(WireError) -> ServerEvent? {
        reading = "dynamic channel PDU"
        guard let message = try dynamicAssembly.add(&pdu) else { return nil }
        var reader = ByteReader(message.span.bytes)
        if case .create(let id) = try DynamicChannel.read(&reader) { return .heartbeatAnswered(sequence: UInt16(id)) }
        return nil
    }

    @_lifetime(pdu: copy pdu)
    private mutating func receiveReportChannel(_ pdu: inout ByteReader) throws(WireError) -> ServerEvent? {
        reading = "session report channel PDU"
        return try reportAssembly.add(&pdu).map { .channelMessage($0) }
    }
}

// MARK: - What the server does

extension ServerEndpoint {
    /// Lets the user in: licensing is done with, and the desktop is offered.
    public mutating func admit(output: inout ByteWriter) {
        guard phase == .admission else { return }
        sendShare(&output) { Licensing.encodeValidClient(into: &$0) }
        demandActive(&output)
    }

    /// Turns the user away. A client that cannot be told why sees only that the connection ends.
    public mutating func refuse(_ reason: ErrorInfo, output: inout ByteWriter) {
        end(reason, output: &output)
    }

    /// Ends the connection, with the reason where the client takes one (MS-RDPBCGR 2.2.5.1, T.125 11.15).
    public mutating func end(_ reason: ErrorInfo?, output: inout ByteWriter) {
        guard phase != .ended else { return }
        if let reason, takesErrorInfo, channels.user != 0 {
            sendData(DataPDU.setErrorInfo, &output) { $0.u32le(reason.rawValue) }
        }
        DomainPDU.disconnectProviderUltimatum(reason: DomainPDU.userRequested).encode(into: &output)
        phase = .ended
    }

    /// Draws one rectangle: 16-bit pixels (RGB 5-6-5), `width` a row, the bottom row first.
    public func sendBitmap(left: Int, top: Int, width: Int, pixels: [UInt16], output: inout ByteWriter) {
        guard isActive, width > 0, !pixels.isEmpty else { return }
        let omitsHeader = capabilities.omitsCompressionHeader
        sendData(DataPDU.update, &output) {
            $0.u16le(BitmapUpdate.type)
            $0.u16le(1)
            BitmapUpdate.encodeRectangle(
                left: UInt16(clamping: left), top: UInt16(clamping: top), width: width, pixels: pixels,
                omitsHeader: omitsHeader, into: &$0)
        }
    }

    /// Tells the client which session it has.
    public func sendSessionInfo(session: UInt32, domain: String, user: String, output: inout ByteWriter) {
        let info = SaveSessionInfo(session: session, domain: domain, user: user)
        sendData(DataPDU.saveSessionInfo, &output) { info.encode(into: &$0) }
    }

    public func sendReport(_ report: SessionReport, output: inout ByteWriter) {
        guard channels.report != 0 else { return }
        sendChannel(channels.report, report.encoded, &output)
    }

    /// Asks the client program whether it is there, in the way it can answer.
    public func sendHeartbeat(sequence: UInt16, output: inout ByteWriter) {
        switch heartbeatKind {
        case .roundTrip:
            send(on: channels.message, &output) { AutoDetect.encodeRequest(sequence: sequence, into: &$0) }
        case .dynamicChannel:
            sendChannel(channels.dynamic, DynamicChannel.ping(id: UInt8(truncatingIfNeeded: sequence)), &output)
        case .none:
            break
        }
    }

    public func denyShutdown(output: inout ByteWriter) {
        sendData(DataPDU.shutdownDenied, &output) { _ in }
    }

    /// Takes the desktop down and offers it anew, as after a change of its size.
    public mutating func reactivate(output: inout ByteWriter) {
        guard phase == .active else { return }
        sendShare(&output) { Activation.encodeDeactivateAll(into: &$0) }
        demandActive(&output)
    }

    private mutating func demandActive(_ output: inout ByteWriter) {
        let offer = capabilities
        sendShare(&output) { Activation.encodeDemandActive(offer, into: &$0) }
        phase = .confirmActive
    }

    private func sendData(_ type: UInt8, _ output: inout ByteWriter, _ body: (inout ByteWriter) -> Void) {
        sendShare(&output) {
            let start = DataPDU.begin(type, source: SharePDU.serverUser, &$0)
            body(&$0)
            DataPDU.end(&$0, at: start)
        }
    }

    private func sendChannel(_ channel: UInt16, _ data: [UInt8], _ output: inout ByteWriter) {
        StaticChannel.encode(data) { chunk in send(on: channel, &output, chunk) }
    }

    private func sendShare(_ output: inout ByteWriter, _ body: (inout ByteWriter) -> Void) {
        send(on: Channels.io, &output, body)
    }

    /// Everything but the handshake's own PDUs goes out here; after the end nothing does.
    private func send(on channel: UInt16, _ output: inout ByteWriter, _ body: (inout ByteWriter) -> Void) {
        guard phase != .ended else { return }
        let start = DomainPDU.beginData(&output, fromServer: true, user: SharePDU.serverUser, channel: channel)
        body(&output)
        DomainPDU.endData(&output, at: start)
    }
}
