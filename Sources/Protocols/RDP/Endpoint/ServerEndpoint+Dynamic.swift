import Wire

// The dynamic channel: heartbeats, and the size that a client wants its desktop to be.
extension ServerEndpoint {
    mutating func openDynamicChannel(_ output: inout ByteWriter) {
        guard channels.dynamic != 0, !hasOpenedDynamicChannel else { return }
        hasOpenedDynamicChannel = true
        sendChannel(channels.dynamic, DynamicChannel.capabilitiesRequest, &output)
    }

    @_lifetime(pdu: copy pdu)
    mutating func receiveDynamicChannel(
        _ pdu: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ServerEvent? {
        reading = "dynamic channel PDU"
        guard let message = try dynamicAssembly.add(&pdu) else { return nil }
        var reader = ByteReader(message.span.bytes)
        switch try DynamicChannel.read(&reader) {
        case .create(let id): return .heartbeatAnswered(sequence: UInt16(id))
        case .capabilities:
            // Clients of this kit have no window to draw larger, and are many: each spares the question.
            if channels.report == 0 { sendChannel(channels.dynamic, DisplayControl.createRequest, &output) }
            return nil
        case .other:
            reader = ByteReader(message.span.bytes)
            reading = "display control PDU"
            return try receiveDisplayControl(&reader, &output)
        }
    }

    @_lifetime(reader: copy reader)
    private mutating func receiveDisplayControl(
        _ reader: inout ByteReader, _ output: inout ByteWriter
    ) throws(WireError) -> ServerEvent? {
        switch try DisplayControl.read(&reader) {
        case .opened:
            sendChannel(channels.dynamic, DisplayControl.capabilities(largest: Self.largestDesktop), &output)
            return nil
        case .layout(let width, let height): return .resizeRequested(width: width, height: height)
        case nil: return nil
        }
    }

    /// Gives the client a desktop of another size, as far as it may have that one: the share is deactivated and activated
    /// anew (MS-RDPBCGR 1.3.1.3). Until ``ServerEvent/activated`` nothing can be drawn.
    ///
    /// - Returns: whether the size changes.
    public mutating func resize(width: UInt32, height: UInt32, output: inout ByteWriter) -> Bool {
        guard phase == .active else { return false }
        let old = capabilities
        setSize(width: UInt16(clamping: width), height: UInt16(clamping: height))
        guard capabilities != old else { return false }
        reactivate(output: &output)
        return true
    }
}
