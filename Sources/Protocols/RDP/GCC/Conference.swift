import Wire

/// GCC Conference Create Request and Response (ITU-T T.124, 8.7), which carry RDP's settings blocks as user data under
/// Microsoft's H.221 keys. Everything else in them is constant (MS-RDPBCGR 2.2.1.3, 4.1.3, 4.1.4).
enum Conference {
    /// The connect data's key: the object identifier of T.124 version 1, 0.0.20.124.0.1.
    private static let key: [UInt8] = [0x00, 0x05, 0x00, 0x14, 0x7C, 0x00, 0x01]
    /// A request to create the conference "1", with one set of user data, key of four octets.
    private static let request: [UInt8] = [0x00, 0x08, 0x00, 0x10, 0x00, 0x01, 0xC0, 0x00]
    /// A response from node 0x79F3 - 0x3E9 with tag 1, result success, one set of user data.
    private static let response: [UInt8] = [0x14, 0x76, 0x0A, 0x01, 0x01, 0x00, 0x01, 0xC0, 0x00]
    static let clientKey = [UInt8]("Duca".utf8)
    static let serverKey = [UInt8]("McDn".utf8)

    /// A reader over the client's settings blocks.
    @_lifetime(copy reader)
    @_lifetime(reader: copy reader)
    static func readRequest(_ reader: inout ByteReader) throws(WireError) -> ByteReader {
        try expect(key, "GCC key", &reader)
        _ = try PER.readLength(&reader)
        try expect(request, "GCC request", &reader)
        try expect(clientKey, "GCC client key", &reader)
        return try reader.reader(try PER.readLength(&reader), "GCC user data")
    }

    /// A reader over the server's settings blocks. Node and tag are the server's affair, and so is their length.
    @_lifetime(copy reader)
    @_lifetime(reader: copy reader)
    static func readResponse(_ reader: inout ByteReader) throws(WireError) -> ByteReader {
        try expect(key, "GCC key", &reader)
        _ = try PER.readLength(&reader)
        try reader.skip(response.count, "GCC nodeID")
        try expect(serverKey, "GCC server key", &reader)
        return try reader.reader(try PER.readLength(&reader), "GCC user data")
    }

    static func encodeRequest(_ blocks: [UInt8]) -> [UInt8] { encode(request + clientKey, blocks) { $0 } }

    /// Clients do not read the response's own length (MS-RDPBCGR 4.1.4 shows one that is wrong), and rdesktop takes it for
    /// one octet: where one is too short for it, it is what Microsoft's servers always send.
    static func encodeResponse(_ blocks: [UInt8]) -> [UInt8] {
        encode(response + serverKey, blocks) { $0 < 0x80 ? $0 : 0x2A }
    }

    private static func encode(_ head: [UInt8], _ blocks: [UInt8], _ said: (Int) -> Int) -> [UInt8] {
        var output = ByteWriter()
        output.append(key)
        PER.writeLength(said(head.count + (blocks.count < 0x80 ? 1 : 2) + blocks.count), &output)
        output.append(head)
        PER.writeLength(blocks.count, &output)
        output.append(blocks)
        return output.bytes
    }

    @_lifetime(reader: copy reader)
    private static func expect(_ bytes: [UInt8], _ field: StaticText, _ reader: inout ByteReader) throws(WireError) {
        for byte in bytes {
            let found = try reader.u8("GCC key")
            guard found == byte else { throw .invalid(field: field, value: UInt64(found)) }
        }
    }
}
