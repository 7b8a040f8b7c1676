import Wire

/// The MCS domain PDUs of an RDP connection (T.125, 7; aligned PER: the choice is in the upper six bits of the first
/// octet).
enum DomainPDU: Equatable {
    case erectDomain
    case attachUserRequest
    case attachUserConfirm(user: UInt16)
    case channelJoinRequest(user: UInt16, channel: UInt16)
    case channelJoinConfirm(user: UInt16, channel: UInt16)
    /// From the client; what follows in the reader is the data.
    case sendDataRequest(channel: UInt16)
    /// From the server.
    case sendDataIndication(channel: UInt16)
    case disconnectProviderUltimatum(reason: UInt8)

    private enum Choice {
        static let erectDomain: UInt8 = 1
        static let disconnectProviderUltimatum: UInt8 = 8
        static let attachUserRequest: UInt8 = 10
        static let attachUserConfirm: UInt8 = 11
        static let channelJoinRequest: UInt8 = 14
        static let channelJoinConfirm: UInt8 = 15
        static let sendDataRequest: UInt8 = 25
        static let sendDataIndication: UInt8 = 26
    }

    /// User ids travel less this much (T.125, 7: UserId is a DynamicChannelId, from 1001).
    static let firstUser: UInt16 = 1001
    /// rn-provider-initiated and rn-user-requested (T.125, 7, Reason).
    static let providerInitiated: UInt8 = 1
    static let userRequested: UInt8 = 3

    /// Reads a PDU; for the data ones up to where their data begins, whose length is checked to be what is left.
    @_lifetime(reader: copy reader)
    init(from reader: inout ByteReader) throws(WireError) {
        let first = try reader.u8("MCS choice")
        switch first >> 2 {
        case Choice.erectDomain:
            self = .erectDomain
        case Choice.attachUserRequest:
            self = .attachUserRequest
        case Choice.attachUserConfirm:
            try Self.expectSuccess(&reader)
            self = .attachUserConfirm(user: try Self.readUser(&reader))
        case Choice.channelJoinRequest:
            self = .channelJoinRequest(user: try Self.readUser(&reader), channel: try reader.u16be("MCS channel"))
        case Choice.channelJoinConfirm:
            try Self.expectSuccess(&reader)
            let user = try Self.readUser(&reader)
            self = .channelJoinConfirm(user: user, channel: try reader.u16be("MCS channel"))
        case Choice.sendDataRequest:
            self = .sendDataRequest(channel: try Self.readDataHeader(&reader))
        case Choice.sendDataIndication:
            self = .sendDataIndication(channel: try Self.readDataHeader(&reader))
        case Choice.disconnectProviderUltimatum:
            self = .disconnectProviderUltimatum(reason: (first & 3) << 1 | (try reader.u8("MCS reason")) >> 7)
        default:
            throw .invalid(field: "MCS choice", value: UInt64(first >> 2))
        }
    }

    @_lifetime(reader: copy reader)
    private static func expectSuccess(_ reader: inout ByteReader) throws(WireError) {
        let result = try reader.u8("MCS result")
        guard result == 0 else { throw .invalid(field: "MCS result", value: UInt64(result)) }
    }

    @_lifetime(reader: copy reader)
    private static func readUser(_ reader: inout ByteReader) throws(WireError) -> UInt16 {
        let offset = try reader.u16be("MCS user")
        guard offset <= .max - firstUser else { throw .invalid(field: "MCS user", value: UInt64(offset)) }
        return offset + firstUser
    }

    @_lifetime(reader: copy reader)
    private static func readDataHeader(_ reader: inout ByteReader) throws(WireError) -> UInt16 {
        let (channel, length) = try readChannelAndLength(&reader)
        guard length == reader.remaining else {
            throw length > reader.remaining
                ? .truncated(field: "MCS userData", needed: length, available: reader.remaining)
                : .trailing(field: "MCS userData", reader.remaining - length)
        }
        return channel
    }

    /// The channel of a data PDU, of which no more than the beginning need be there; nil for PDUs of other kinds. Leaves
    /// the reader where the data begins.
    @_lifetime(reader: copy reader)
    static func readDataChannel(fromServer: Bool, _ reader: inout ByteReader) throws(WireError) -> UInt16? {
        let choice = fromServer ? Choice.sendDataIndication : Choice.sendDataRequest
        guard try reader.u8("MCS choice") >> 2 == choice else { return nil }
        return try readChannelAndLength(&reader).channel
    }

    @_lifetime(reader: copy reader)
    private static func readChannelAndLength(
        _ reader: inout ByteReader
    ) throws(WireError) -> (channel: UInt16, length: Int) {
        try reader.skip(2, "MCS initiator")
        let channel = try reader.u16be("MCS channel")
        try reader.skip(1, "MCS priority")
        return (channel, try PER.readLength(&reader))
    }

    /// Writes a PDU without data, in its TPKT.
    func encode(into output: inout ByteWriter) {
        let start = Frame.begin(&output)
        X224.writeDataHeader(&output)
        switch self {
        case .erectDomain:
            // Sub-height and sub-interval 0 (T.125, 7, ErectDomainRequest).
            output.append([Choice.erectDomain << 2, 1, 0, 1, 0])
        case .attachUserRequest:
            output.u8(Choice.attachUserRequest << 2)
        case .attachUserConfirm(let user):
            // The second bit says that the initiator is there.
            output.append([Choice.attachUserConfirm << 2 | 2, 0])
            output.u16be(user &- Self.firstUser)
        case .channelJoinRequest(let user, let channel):
            output.u8(Choice.channelJoinRequest << 2)
            output.u16be(user &- Self.firstUser)
            output.u16be(channel)
        case .channelJoinConfirm(let user, let channel):
            output.append([Choice.channelJoinConfirm << 2 | 2, 0])
            output.u16be(user &- Self.firstUser)
            output.u16be(channel)
            output.u16be(channel)
        case .disconnectProviderUltimatum(let reason):
            output.append([Choice.disconnectProviderUltimatum << 2 | reason >> 1, reason << 7])
        case .sendDataRequest, .sendDataIndication:
            break
        }
        Frame.end(&output, at: start)
    }

    /// Begins a data PDU in its TPKT; what is written next is its data. ``endData(_:at:)`` fills in the lengths.
    static func beginData(
        _ output: inout ByteWriter, fromServer: Bool, user: UInt16, channel: UInt16
    ) -> Int {
        let start = Frame.begin(&output)
        X224.writeDataHeader(&output)
        output.u8((fromServer ? Choice.sendDataIndication : Choice.sendDataRequest) << 2)
        output.u16be(user &- firstUser)
        output.u16be(channel)
        // Priority high, begin and end of a segment (T.125, 7).
        output.u8(0x70)
        output.u16be(0)
        return start
    }

    static func endData(_ output: inout ByteWriter, at start: Int) {
        let length = start + dataOffset - 2
        output.patch(u16be: PER.longForm(output.count - start - dataOffset), at: length)
        Frame.end(&output, at: start)
    }

    /// Where the data begins, from the start of the TPKT.
    static let dataOffset = 15
}
