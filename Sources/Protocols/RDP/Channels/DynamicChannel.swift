import Wire

/// The part of the dynamic virtual channel protocol (MS-RDPEDYC) that serves as a ping: a request to create a channel
/// that nobody has, which the client program must refuse (2.2.2.2). The channel's id is the ping's number.
package enum DynamicChannel {
    static let staticName = "drdynvc"
    /// Commands, in the upper four bits of the first byte.
    private static let create: UInt8 = 0x1
    private static let capabilities: UInt8 = 0x5
    private static let nobodysChannel = [UInt8]("TSLABPING\0".utf8)
    /// What a client says of a channel for which it has no listener: STATUS_UNSUCCESSFUL (MS-ERREF 2.3.1).
    private static let unsuccessful: UInt32 = 0xC000_0001
    /// What a server opens with: DYNVC_CAPS_VERSION2 (2.2.1.1.2), to which a client answers the highest version it
    /// can (1.7). The four priority charges give the priorities 70, 20, 7 and 3 per cent of the bandwidth.
    static let capabilitiesRequest: [UInt8] = [
        capabilities << 4, 0, 2, 0, 0xA8, 0x03, 0xCC, 0x0C, 0x92, 0x24, 0x55, 0x55,
    ]
    /// A client's answer (2.2.1.2): the server's version, of which 1 has all that a refusal needs. 2 promises no more than to
    /// take data of any priority, and xrdp takes no less.
    static func capabilitiesResponse(to version: UInt16) -> [UInt8] {
        [capabilities << 4, 0, UInt8(max(1, min(highestVersion, version))), 0]
    }

    private static let highestVersion: UInt16 = 2

    static func ping(id: UInt8) -> [UInt8] { [create << 4, id] + nobodysChannel }

    /// Whether what is read is a ping, and not a request for a channel that somebody may have.
    @_lifetime(reader: copy reader)
    static func isPing(_ reader: inout ByteReader) throws(WireError) -> Bool {
        guard case .create = try read(&reader) else { return false }
        return try reader.array(nobodysChannel.count, "ChannelName") == nobodysChannel
    }

    static func refusal(id: UInt8) -> [UInt8] {
        var output = ByteWriter()
        output.u8(create << 4)
        output.u8(id)
        output.u32le(unsuccessful)
        return output.bytes
    }

    package enum Message: Equatable {
        /// A request with the highest version that the server has, or a response.
        case capabilities(version: UInt16)
        /// A request or, from the client, a response; ids of more than a byte are not the ping's.
        case create(id: UInt8)
        case other
    }

    @_lifetime(reader: copy reader)
    package static func read(_ reader: inout ByteReader) throws(WireError) -> Message {
        let header = try reader.u8("Cmd")
        switch (header >> 4, header & 3) {
        case (capabilities, _):
            try reader.skip(1, "Pad")
            return .capabilities(version: try reader.u16le("Version"))
        case (create, 0): return .create(id: try reader.u8("ChannelId"))
        default: return .other
        }
    }
}
