import Wire

/// What a server answers in its GCC user data blocks (MS-RDPBCGR 2.2.1.4).
public struct ServerBlocks: Equatable, Sendable {
    public var version: UInt32 = 0x0008_0004
    public var requestedProtocols: SecurityProtocols = []
    public var encryptionMethod: UInt32 = 0
    public var encryptionLevel: UInt32 = 0
    /// What keys are made from and the certificate for it, where a method was chosen (2.2.1.4.3).
    public var random: [UInt8] = []
    public var certificate: [UInt8] = []
    /// The channel for everything that is not on a virtual channel.
    public var ioChannel: UInt16 = 1003
    /// The ids of the static channels, in the order the client named them.
    public var channels: [UInt16] = []
    public var messageChannel: UInt16?

    enum Block {
        static let core: UInt16 = 0x0C01
        static let security: UInt16 = 0x0C02
        static let network: UInt16 = 0x0C03
        static let messageChannel: UInt16 = 0x0C04
    }

    init() {}

    @_lifetime(reader: copy reader)
    init(from reader: inout ByteReader) throws(WireError) {
        while !reader.isAtEnd {
            var block = try GCCBlock.read(&reader)
            switch block.type {
            case Block.core:
                version = try block.body.u32le("version")
                guard block.body.remaining >= 4 else { break }
                requestedProtocols = SecurityProtocols(rawValue: try block.body.u32le("clientRequestedProtocols"))
            case Block.security:
                encryptionMethod = try block.body.u32le("encryptionMethod")
                encryptionLevel = try block.body.u32le("encryptionLevel")
                if encryptionMethod != 0 { try readKeyMaterial(&block.body) }
            case Block.network:
                ioChannel = try block.body.u16le("MCSChannelId")
                let count = Int(try block.body.u16le("channelCount"))
                guard count <= ClientBlocks.mostChannels else { throw .invalid(field: "channel count", value: UInt64(count)) }
                for _ in 0..<count { channels.append(try block.body.u16le("channelIdArray")) }
            case Block.messageChannel:
                messageChannel = try block.body.u16le("MCSChannelID")
            default:
                break
            }
        }
    }

    @_lifetime(reader: copy reader)
    private mutating func readKeyMaterial(_ reader: inout ByteReader) throws(WireError) {
        let randomLength = try reader.u32le("serverRandomLen")
        guard randomLength == SessionKeys.randomLength else {
            throw .invalid(field: "serverRandomLen", value: UInt64(randomLength))
        }
        let certificateLength = try reader.u32le("serverCertLen")
        random = try reader.array(Int(randomLength), "serverRandom")
        certificate = try reader.array(Int(certificateLength), "serverCertificate")
    }

    func encode(into output: inout ByteWriter) {
        GCCBlock.write(Block.core, &output) {
            $0.u32le(version)
            $0.u32le(requestedProtocols.rawValue)
        }
        GCCBlock.write(Block.network, &output) {
            $0.u16le(ioChannel)
            $0.u16le(UInt16(channels.count))
            for channel in channels { $0.u16le(channel) }
            if channels.count % 2 == 1 { $0.u16le(0) }
        }
        if let messageChannel { GCCBlock.write(Block.messageChannel, &output) { $0.u16le(messageChannel) } }
        // Last: rdesktop reads the certificate up to the end of all.
        GCCBlock.write(Block.security, &output) {
            $0.u32le(encryptionMethod)
            $0.u32le(encryptionLevel)
            guard encryptionMethod != 0 else { return }
            $0.u32le(UInt32(random.count))
            $0.u32le(UInt32(certificate.count))
            $0.append(random)
            $0.append(certificate)
        }
    }
}
