import Wire

// What the server does.
extension ServerEndpoint {
    /// Lets the user in: licensing is done with, and the desktop is offered.
    public mutating func admit(output: inout ByteWriter) {
        guard phase == .admission else { return }
        send(on: Channels.io, flags: SecurityHeader.license, encrypted: takesEncryptedLicensing, &output) {
            Licensing.encodeValidClient(into: &$0)
        }
        demandActive(&output)
    }

    /// Turns the user away. A client that cannot be told why sees only that the connection ends.
    public mutating func refuse(_ reason: ErrorInfo, output: inout ByteWriter) {
        end(reason, output: &output)
    }

    /// Ends the connection, with the reason where the client takes one (MS-RDPBCGR 2.2.5.1, T.125 11.15).
    public mutating func end(_ reason: ErrorInfo?, output: inout ByteWriter) {
        guard phase != .ended else { return }
        defer { phase = .ended }
        // Before the client's Connect-Initial there is no MCS domain to speak in.
        guard channels.user != 0 else { return }
        // Nor can anything be said to a client that waits for encrypted words and has not sent its half of the keys.
        if let reason, takesErrorInfo, handshake.value?.pendingKeys == nil {
            sendData(DataPDU.setErrorInfo, &output) { $0.u32le(reason.rawValue) }
        }
        // What ends by the user's will and what does not is told apart (MS-RDPBCGR 1.3.1.4): xfreerdp takes a disconnection
        // for a logoff of its user's where this PDU says so, whatever was said before.
        let isUsers = reason == .loggedOffByUser
        DomainPDU.disconnectProviderUltimatum(reason: isUsers ? DomainPDU.userRequested : DomainPDU.providerInitiated)
            .encode(into: &output)
    }

    /// The most pixels that one PDU is sure to hold: its MCS length ends at 3FFF, and what does not compress takes up to
    /// three bytes a pixel and a few more.
    public static let mostPixels = 5000

    /// Draws one rectangle: `pixels` are numbers of colours in `palette`, `width` a row, the bottom row first. One that has
    /// more than ``mostPixels``, or does not lie within the largest desktop, is not drawn.
    public func sendBitmap(
        left: Int, top: Int, width: Int, pixels: [UInt8], _ palette: Palette, output: inout ByteWriter
    ) {
        guard isActive, 1...Self.mostPixels ~= pixels.count, 1...pixels.count ~= width,
            pixels.count.isMultiple(of: width),
            left >= 0, left <= Int(Self.largestDesktop) - width,
            top >= 0, top <= Int(Self.largestDesktop) - pixels.count / width
        else { return }
        let (omitsHeader, depth) = (capabilities.omitsCompressionHeader, capabilities.colorDepth)
        sendData(DataPDU.update, &output) {
            $0.u16le(BitmapUpdate.type)
            $0.u16le(1)
            BitmapUpdate.encodeRectangle(
                left: UInt16(left), top: UInt16(top), width: width, pixels: pixels, palette, depth,
                omitsHeader: omitsHeader, into: &$0)
        }
    }

    /// Tells a client of 8 bits a pixel which colours their numbers mean; others do not need it.
    public func sendPalette(_ palette: Palette, output: inout ByteWriter) {
        guard isActive, capabilities.colorDepth == .eight else { return }
        sendData(DataPDU.update, &output) { palette.encodeUpdate(into: &$0) }
    }

    /// Tells the client which session it has.
    public func sendSessionInfo(session: UInt32, domain: String, user: String, output: inout ByteWriter) {
        let info = SaveSessionInfo(session: session, domain: domain, user: user)
        sendData(DataPDU.saveSessionInfo, &output) { info.encode(into: &$0) }
    }

    /// Gives the client what it can come back with by itself.
    public func sendAutoReconnectCookie(_ cookie: AutoReconnectCookie, output: inout ByteWriter) {
        sendData(DataPDU.saveSessionInfo, &output) { cookie.encode(into: &$0) }
    }

    public func sendReport(_ report: SessionReport, output: inout ByteWriter) {
        guard channels.report != 0 else { return }
        sendChannel(channels.report, report.encoded, &output)
    }

    /// Asks the client program whether it is there, in the way it can answer.
    public func sendHeartbeat(sequence: UInt16, output: inout ByteWriter) {
        switch heartbeatKind {
        case .roundTrip:
            send(on: channels.message, flags: SecurityHeader.autoDetectRequest, &output) {
                AutoDetect.encodeRequest(sequence: sequence, into: &$0)
            }
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
        let (offer, isEncrypted) = (capabilities, security != nil)
        sendShare(&output) { Activation.encodeDemandActive(offer, isEncrypted: isEncrypted, into: &$0) }
        phase = .confirmActive
    }

    private func sendData(_ type: UInt8, _ output: inout ByteWriter, _ body: (inout ByteWriter) -> Void) {
        sendShare(&output) {
            let start = DataPDU.begin(type, source: SharePDU.serverUser, &$0)
            body(&$0)
            DataPDU.end(&$0, at: start)
        }
    }

    func sendChannel(_ channel: UInt16, _ data: [UInt8], _ output: inout ByteWriter) {
        StaticChannel.encode(data) { chunk in send(on: channel, &output, chunk) }
    }

    func sendShare(_ output: inout ByteWriter, _ body: (inout ByteWriter) -> Void) {
        send(on: Channels.io, &output, body)
    }

    /// Everything but the handshake's own PDUs goes out here; after the end nothing does.
    ///
    /// - Parameter flags: what a security header says that the PDU has even where nothing is encrypted; 0 for none.
    package func send(
        on channel: UInt16, flags: UInt16 = 0, encrypted: Bool = true, _ output: inout ByteWriter,
        _ body: (inout ByteWriter) -> Void
    ) {
        guard phase != .ended else { return }
        let start = DomainPDU.beginData(&output, fromServer: true, user: SharePDU.serverUser, channel: channel)
        if let security {
            security.write(flags, encrypted: encrypted && security.level != .low, &output, body)
        } else {
            if flags != 0 { SecurityHeader(flags: flags).encode(into: &output) }
            body(&output)
        }
        DomainPDU.endData(&output, at: start)
    }
}
