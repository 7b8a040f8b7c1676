import Wire

/// The part of the dynamic virtual channel protocol (MS-RDPEDYC) that serves as a ping: a request to create a channel
/// that nobody has, which the client program must refuse (2.2.2.2). The channel's id is the ping's number.
enum DynamicChannel {
    static let staticName = "drdynvc"
    /// Commands, in the upper four bits of the first byte.
    private static let create: UInt8 = 0x1
    private static let capabilities: UInt8 = 0x5
    private static let nobodysChannel = [UInt8]("TSLABPING\0".utf8)
    /// What a client says of a channel for which it has no listener: STATUS_UNSUCCESSFUL (MS-ERREF 2.3.1).
    private static let unsuccessful: UInt32 = 0xC000_0001
    /// DYNVC_CAPS_VERSION1 (2.2.1.1.1), and the answer to it (2.2.1.2).
    static let capabilitiesVersion1: [UInt8] = [capabilities << 4, 0, 1, 0]

    static func ping(id: UInt8) -> [UInt8] { [create << 4, id] + nobodysChannel }

    static func refusal(id: UInt8) -> [UInt8] {
        var output = ByteWriter()
        output.u8(create << 4)
        output.u8(id)
        output.u32le(unsuccessful)
        return output.bytes
    }

    enum Message: Equatable {
        case capabilities
        /// A request or, from the client, a response; ids of more than a byte are not the ping's.
        case create(id: UInt8)
        case other
    }

    @_lifetime(reader: copy reader)
    static func read(_ reader: inout ByteReader) throws(WireError) -> Message {
        let header = try reader.u8()
        switch (header >> 4, header & 3) {
        case (capabilities, _): return .capabilities
        case (create, 0): return .create(id: try reader.u8())
        default: return .other
        }
    }
}
