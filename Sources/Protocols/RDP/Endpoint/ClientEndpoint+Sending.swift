import Wire

// What the client does.
extension ClientEndpoint {
    /// Sends what the user did. Nothing goes out before the desktop is there.
    public func sendInput(_ events: [InputEvent], output: inout ByteWriter) {
        guard isActive else { return }
        let isFast = capabilities.takesFastPathInput
        let most = isFast ? FastPathInput.mostEvents : SlowPathInput.mostEvents
        var rest = events[...]
        while !rest.isEmpty {
            let part = rest.prefix(most)
            if isFast {
                FastPathInput.encode(part, security, into: &output)
            } else {
                sendShare(&output) { SlowPathInput.encode(part, user: user, into: &$0) }
            }
            rest = rest.dropFirst(most)
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
        guard phase != .ended else { return }
        defer { phase = .ended }
        guard user != 0 else { return }
        DomainPDU.disconnectProviderUltimatum(reason: DomainPDU.userRequested).encode(into: &output)
    }

    private func sendData(_ type: UInt8, _ output: inout ByteWriter, _ body: (inout ByteWriter) -> Void) {
        guard isActive else { return }
        sendShare(&output) {
            let start = DataPDU.begin(type, source: user, &$0)
            body(&$0)
            DataPDU.end(&$0, at: start)
        }
    }

    func sendChannel(_ channel: UInt16, _ data: [UInt8], _ output: inout ByteWriter) {
        StaticChannel.encode(data) { chunk in send(on: channel, &output, chunk) }
    }

    func sendShare(_ output: inout ByteWriter, _ body: (inout ByteWriter) -> Void) {
        send(on: ioChannel, &output, body)
    }

    /// Everything but the handshake's own PDUs goes out here; after the end nothing does.
    ///
    /// - Parameter flags: what a security header says that the PDU has even where nothing is encrypted; 0 for none.
    package func send(
        on channel: UInt16, flags: UInt16 = 0, _ output: inout ByteWriter, _ body: (inout ByteWriter) -> Void
    ) {
        guard phase != .ended else { return }
        let start = DomainPDU.beginData(&output, fromServer: false, user: user, channel: channel)
        if let security {
            security.write(flags, encrypted: true, &output, body)
        } else {
            if flags != 0 { SecurityHeader(flags: flags).encode(into: &output) }
            body(&output)
        }
        DomainPDU.endData(&output, at: start)
    }
}
