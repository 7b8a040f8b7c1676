import Wire

/// Who wants to log on (TS_INFO_PACKET, MS-RDPBCGR 2.2.1.11.1.1).
public struct ClientInfo: Equatable, Sendable {
    public var domain = ""
    public var user = ""
    public var password = ""
    /// The cookie of an automatic reconnection, 28 bytes (2.2.4.3); empty where there is none.
    public var autoReconnectCookie: [UInt8] = []

    /// Longest domain, user or password taken, in bytes of the wire's text (2.2.1.11.1.1: 512 with the terminator).
    private static let longestText = 512
    /// INFO_UNICODE.
    private static let unicode: UInt32 = 0x10
    /// INFO_MOUSE, INFO_DISABLECTRLALTDEL, INFO_AUTOLOGON, INFO_UNICODE, INFO_LOGONNOTIFY, INFO_ENABLEWINDOWSKEY.
    private static let sentFlags: UInt32 = 0x0001 | 0x0002 | 0x0008 | unicode | 0x0040 | 0x0100
    private static let timeZoneLength = 172

    init() {}

    @_lifetime(reader: copy reader)
    init(from reader: inout ByteReader) throws(WireError) {
        try reader.skip(4)
        let isUnicode = try reader.u32le() & Self.unicode != 0
        var lengths: [Int] = []
        for _ in 0..<5 {
            let length = Int(try reader.u16le())
            guard length <= Self.longestText else { throw .invalid(field: "text length", value: UInt64(length)) }
            lengths.append(length + (isUnicode ? 2 : 1))
        }
        domain = Self.text(try reader.array(lengths[0]), isUnicode)
        user = Self.text(try reader.array(lengths[1]), isUnicode)
        password = Self.text(try reader.array(lengths[2]), isUnicode)
        try reader.skip(lengths[3] + lengths[4])
        try readExtended(&reader)
    }

    /// TS_EXTENDED_INFO_PACKET (2.2.1.11.1.1.1), of which older clients send less or nothing.
    @_lifetime(reader: copy reader)
    private mutating func readExtended(_ reader: inout ByteReader) throws(WireError) {
        guard reader.remaining >= 4 else { return }
        try reader.skip(2)
        try reader.skip(Int(try reader.u16le()))
        guard reader.remaining >= 2 else { return }
        try reader.skip(Int(try reader.u16le()))
        // Time zone, session id, performance flags.
        guard reader.remaining >= Self.timeZoneLength + 4 + 4 + 2 else { return }
        try reader.skip(Self.timeZoneLength + 4 + 4)
        autoReconnectCookie = try reader.array(Int(try reader.u16le()))
    }

    private static func text(_ bytes: [UInt8], _ isUnicode: Bool) -> String {
        isUnicode ? UTF16Text.decode(bytes) : String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    func encode(into output: inout ByteWriter) {
        let texts = [domain, user, password, "", ""].map { Array(UTF16Text.encode($0).prefix(Self.longestText - 2)) }
        output.u32le(0)
        output.u32le(Self.sentFlags)
        for text in texts { output.u16le(UInt16(text.count)) }
        for text in texts {
            output.append(text)
            output.u16le(0)
        }
        // AF_INET, an empty address and an empty directory, each with its terminator.
        output.u16le(2)
        output.u16le(2)
        output.u16le(0)
        output.u16le(2)
        output.u16le(0)
        output.zeros(Self.timeZoneLength + 4 + 4)
        output.u16le(UInt16(clamping: autoReconnectCookie.count))
        output.append(autoReconnectCookie)
    }
}
