import Wire

/// The ids of one connection's channels that heartbeats go over, learned from what its two ends said at the start.
///
/// The server's half is short. The client's list of channels lies far behind in a long PDU; where a capture cuts it off,
/// the dynamic channels' one is known by the first message that the server sends on it.
public struct ScanChannels: Equatable, Sendable {
    /// Static channels, in the order the client named them and the server numbered them.
    private var ids: [UInt16] = []
    private var dynamicIndex: Int?
    private var seenDynamic: UInt16?
    private var messageID: UInt16?
    private var ioID: UInt16?

    public init() {}

    /// The channel of the share's PDUs; by custom 1003 while nothing else was heard.
    var io: UInt16 { ioID ?? 1003 }

    /// Nil while it is not known, and where there is none.
    var message: UInt16? { messageID }

    var dynamic: UInt16? {
        guard let dynamicIndex, ids.indices ~= dynamicIndex else { return seenDynamic }
        return ids[dynamicIndex]
    }

    /// Takes from a payload what it tells; the connection's first payloads tell all, others change nothing.
    public mutating func learn(from payload: RawSpan, fromServer: Bool) {
        var position = 0
        while let range = SegmentFrames.next(in: payload, from: position) {
            let pdu = payload.extracting(range)
            // What could be read before the end of the capture has been kept by then.
            try? read(pdu, fromServer: fromServer)
            position = range.upperBound
        }
    }

    private mutating func read(_ pdu: RawSpan, fromServer: Bool) throws(WireError) {
        var reader = ByteReader(pdu)
        guard try reader.peek() == Frame.tpktVersion else { return }
        try reader.skip(Frame.tpktHeaderLength)
        try X224.readDataHeader(&reader)
        if try reader.peek() == UInt8(ConnectInitial.tag >> 8) {
            let tag = try reader.u16be()
            if !fromServer, tag == ConnectInitial.tag { try readClientBlocks(&reader) }
            if fromServer, tag == ConnectResponse.tag { try readServerBlocks(&reader) }
        } else if fromServer, dynamic == nil {
            try readChannelMessage(&reader)
        }
    }

    @_lifetime(reader: copy reader)
    private mutating func readClientBlocks(_ reader: inout ByteReader) throws(WireError) {
        try Self.skip(past: Conference.clientKey, &reader)
        while !reader.isAtEnd {
            var block = try Self.readBlock(&reader)
            guard block.type == ClientBlocks.Block.network else { continue }
            let count = min(Int(try block.body.u32le()), ClientBlocks.mostChannels)
            for index in 0..<count {
                let name = try ChannelDefinition(from: &block.body).name
                if name.lowercased() == DynamicChannel.staticName { dynamicIndex = index }
            }
        }
    }

    @_lifetime(reader: copy reader)
    private mutating func readServerBlocks(_ reader: inout ByteReader) throws(WireError) {
        try Self.skip(past: Conference.serverKey, &reader)
        while !reader.isAtEnd {
            var block = try Self.readBlock(&reader)
            switch block.type {
            case ServerBlocks.Block.network:
                ioID = try block.body.u16le()
                let count = min(Int(try block.body.u16le()), ClientBlocks.mostChannels)
                ids = []
                for _ in 0..<count { ids.append(try block.body.u16le()) }
            case ServerBlocks.Block.messageChannel:
                messageID = try block.body.u16le()
            default:
                break
            }
        }
    }

    /// A dynamic channel capabilities request says what its static channel is.
    @_lifetime(reader: copy reader)
    private mutating func readChannelMessage(_ reader: inout ByteReader) throws(WireError) {
        guard let channel = try DomainPDU.readDataChannel(fromServer: true, &reader), ids.contains(channel),
            try StaticChannel.readHeaderIsFirst(&reader), case .capabilities = try DynamicChannel.read(&reader)
        else { return }
        seenDynamic = channel
    }

    /// Goes past a GCC key and the PER length of the settings blocks behind it. The lengths in front say nothing of how
    /// much was captured, so the key is looked for.
    @_lifetime(reader: copy reader)
    private static func skip(past key: [UInt8], _ reader: inout ByteReader) throws(WireError) {
        var matched = 0
        while matched < key.count {
            let byte = try reader.u8()
            // No key's first letter comes again in it, so a match that fails begins anew at this byte at the latest.
            matched = byte == key[matched] ? matched + 1 : byte == key[0] ? 1 : 0
        }
        _ = try PER.readLength(&reader)
    }

    /// The next settings block, or as much of it as was captured.
    @_lifetime(copy reader)
    @_lifetime(reader: copy reader)
    private static func readBlock(_ reader: inout ByteReader) throws(WireError) -> TypedBlock {
        let type = try reader.u16le()
        let length = Int(try reader.u16le())
        guard length >= GCCBlock.headerLength else { throw .invalid(field: "settings block length", value: UInt64(length)) }
        return TypedBlock(type: type, body: try reader.reader(min(length - GCCBlock.headerLength, reader.remaining)))
    }
}
