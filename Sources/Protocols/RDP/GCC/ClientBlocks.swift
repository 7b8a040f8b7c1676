import Wire

/// What a client says of itself in its GCC user data blocks (MS-RDPBCGR 2.2.1.3).
public struct ClientBlocks: Equatable, Sendable {
    public var core = ClientCore()
    /// Encryption methods the client can (2.2.1.3.3).
    public var encryptionMethods: UInt32 = 0
    public var channels: [ChannelDefinition] = []
    /// Whether it wants the message channel (2.2.1.3.7).
    public var wantsMessageChannel = false

    enum Block {
        static let core: UInt16 = 0xC001
        static let security: UInt16 = 0xC002
        static let network: UInt16 = 0xC003
        static let messageChannel: UInt16 = 0xC006
    }

    /// Most static channels a client may ask for (2.2.1.3.4).
    static let mostChannels = 31

    init() {}

    @_lifetime(reader: copy reader)
    init(from reader: inout ByteReader) throws(WireError) {
        while !reader.isAtEnd {
            var block = try GCCBlock.read(&reader)
            switch block.type {
            case Block.core: core = try ClientCore(from: &block.body)
            case Block.security:
                encryptionMethods = try block.body.u32le("encryptionMethods")
                // extEncryptionMethods, in which clients set to French say the same.
                if encryptionMethods == 0, block.body.remaining >= 4 { encryptionMethods = try block.body.u32le("extEncryptionMethods") }
            case Block.network: channels = try Self.readChannels(&block.body)
            case Block.messageChannel: wantsMessageChannel = true
            default: break
            }
        }
    }

    @_lifetime(reader: copy reader)
    private static func readChannels(_ reader: inout ByteReader) throws(WireError) -> [ChannelDefinition] {
        let count = try reader.u32le("channelCount")
        guard count <= mostChannels else { throw .invalid(field: "channel count", value: UInt64(count)) }
        var channels: [ChannelDefinition] = []
        for _ in 0..<count { channels.append(try ChannelDefinition(from: &reader)) }
        return channels
    }

    func encode(into output: inout ByteWriter) {
        GCCBlock.write(Block.core, &output) { core.encode(into: &$0) }
        GCCBlock.write(Block.security, &output) {
            $0.u32le(encryptionMethods)
            $0.u32le(0)
        }
        if !channels.isEmpty {
            GCCBlock.write(Block.network, &output) {
                $0.u32le(UInt32(channels.count))
                for channel in channels { channel.encode(into: &$0) }
            }
        }
        if wantsMessageChannel { GCCBlock.write(Block.messageChannel, &output) { $0.u32le(0) } }
    }
}

/// A static virtual channel that a client asks for (CHANNEL_DEF, MS-RDPBCGR 2.2.1.3.4.1).
public struct ChannelDefinition: Equatable, Sendable {
    /// At most seven ASCII characters.
    public var name: String
    public var options: UInt32

    /// CHANNEL_OPTION_INITIALIZED.
    public static let initialized: UInt32 = 0x8000_0000

    public init(name: String, options: UInt32 = ChannelDefinition.initialized) {
        self.name = name
        self.options = options
    }

    @_lifetime(reader: copy reader)
    init(from reader: inout ByteReader) throws(WireError) {
        name = String(decoding: try reader.array(8, "channel name").prefix { $0 != 0 }, as: UTF8.self)
        options = try reader.u32le("channel options")
    }

    func encode(into output: inout ByteWriter) {
        let letters = [UInt8](name.utf8.prefix(7))
        output.append(letters)
        output.zeros(8 - letters.count)
        output.u32le(options)
    }
}

/// The type and length in front of each settings block (TS_UD_HEADER, MS-RDPBCGR 2.2.1.3.1).
enum GCCBlock {
    static let headerLength = 4

    @_lifetime(copy reader)
    @_lifetime(reader: copy reader)
    static func read(_ reader: inout ByteReader) throws(WireError) -> TypedBlock {
        let type = try reader.u16le("user data header type")
        let length = Int(try reader.u16le("user data header length"))
        guard length >= headerLength else { throw .invalid(field: "settings block length", value: UInt64(length)) }
        return TypedBlock(type: type, body: try reader.reader(length - headerLength, "user data block"))
    }

    static func write(_ type: UInt16, _ output: inout ByteWriter, _ body: (inout ByteWriter) -> Void) {
        let start = output.count
        output.u16le(type)
        output.u16le(0)
        body(&output)
        output.patch(u16le: UInt16(truncatingIfNeeded: output.count - start), at: start + 2)
    }
}

/// A settings block and what is in it.
struct TypedBlock: ~Escapable {
    let type: UInt16
    var body: ByteReader

    @_lifetime(copy body)
    init(type: UInt16, body: consuming ByteReader) {
        self.type = type
        self.body = body
    }
}
