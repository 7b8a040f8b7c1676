import Wire

/// Chunks of data on a static virtual channel (CHANNEL_PDU_HEADER, MS-RDPBCGR 2.2.6.1.1).
package enum StaticChannel {
    /// CHANNEL_CHUNK_LENGTH, in bytes of data.
    static let chunkLength = 1600
    /// Most bytes put together for one message.
    package static let longestMessage = 64 * 1024
    private static let first: UInt32 = 0x01
    private static let last: UInt32 = 0x02

    /// Writes `data` as so many chunks, each inside what `send` puts around it.
    static func encode(_ data: [UInt8], _ send: ((inout ByteWriter) -> Void) -> Void) {
        var position = 0
        repeat {
            let end = min(position + chunkLength, data.count)
            let flags = (position == 0 ? first : 0) | (end == data.count ? last : 0)
            send {
                $0.u32le(UInt32(data.count))
                $0.u32le(flags)
                $0.append(Array(data[position..<end]))
            }
            position = end
        } while position < data.count
    }

    /// Goes past a chunk's header; whether the chunk is a message's first.
    @_lifetime(reader: copy reader)
    static func readHeaderIsFirst(_ reader: inout ByteReader) throws(WireError) -> Bool {
        try reader.skip(4, "channel PDU length")
        return try reader.u32le("channel PDU flags") & first != 0
    }

    /// Puts the chunks of one channel together.
    package struct Assembly {
        private var partial: [UInt8] = []

        package init() {}

        /// The whole message, once its last chunk has come.
        @_lifetime(reader: copy reader)
        package mutating func add(_ reader: inout ByteReader) throws(WireError) -> [UInt8]? {
            let length = try reader.u32le("channel PDU length")
            guard length <= longestMessage else { throw .invalid(field: "channel message length", value: UInt64(length)) }
            let flags = try reader.u32le("channel PDU flags")
            if flags & first != 0 { partial = [] }
            guard partial.count + reader.remaining <= Int(length) else { throw .trailing(field: "channel message", reader.remaining) }
            partial += try reader.array(reader.remaining)
            guard flags & last != 0 else { return nil }
            defer { partial = [] }
            return partial
        }
    }
}
