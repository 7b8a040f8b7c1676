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
    /// INFO_AUTOLOGON: without it, a server with a login screen shows that; with it, the user has to be right.
    private static let logsOnByItself: UInt32 = 0x08
    /// INFO_MOUSE, INFO_DISABLECTRLALTDEL, INFO_UNICODE, INFO_MAXIMIZESHELL, INFO_LOGONNOTIFY, INFO_ENABLEWINDOWSKEY.
    /// xrdp takes a client without the shell maximised for one that it cannot decrypt.
    private static let sentFlags: UInt32 = 0x0001 | 0x0002 | unicode | 0x0020 | 0x0040 | 0x0100
    /// AF_INET as clientAddressFamily.
    private static let internet: UInt16 = 2
    private static let timeZoneLength = 172
    /// PERF_DISABLE_WALLPAPER, PERF_DISABLE_FULLWINDOWDRAG, PERF_DISABLE_MENUANIMATIONS, PERF_DISABLE_THEMING.
    private static let performanceFlags: UInt32 = 0x01 | 0x02 | 0x04 | 0x08
    /// ARC_CS_PRIVATE_PACKET (2.2.4.3).
    private static let cookieLength = 28

    init() {}

    @_lifetime(reader: copy reader)
    package init(from reader: inout ByteReader) throws(WireError) {
        try reader.skip(4, "CodePage")
        let isUnicode = try reader.u32le("flags") & Self.unicode != 0
        var lengths: [Int] = []
        for _ in 0..<5 {
            let length = Int(try reader.u16le("text length"))
            guard length <= Self.longestText else { throw .invalid(field: "text length", value: UInt64(length)) }
            lengths.append(length + (isUnicode ? 2 : 1))
        }
        domain = Self.text(try reader.array(lengths[0], "Domain"), isUnicode)
        user = Self.text(try reader.array(lengths[1], "UserName"), isUnicode)
        password = Self.text(try reader.array(lengths[2], "Password"), isUnicode)
        try reader.skip(lengths[3] + lengths[4], "AlternateShell")
        // Older clients send less of what follows, or nothing; where it ends early there is no cookie.
        autoReconnectCookie = (try? Self.readCookie(&reader)) ?? []
    }

    /// The cookie in a TS_EXTENDED_INFO_PACKET (2.2.1.11.1.1.1), behind address, directory, time zone, session id and
    /// performance flags.
    @_lifetime(reader: copy reader)
    private static func readCookie(_ reader: inout ByteReader) throws(WireError) -> [UInt8] {
        try reader.skip(2, "clientAddressFamily")
        try reader.skip(Int(try reader.u16le("cbClientAddress")), "clientAddress")
        try reader.skip(Int(try reader.u16le("cbClientDir")), "clientDir")
        try reader.skip(timeZoneLength + 4 + 4, "clientTimeZone")
        return try reader.array(Int(try reader.u16le("cbAutoReconnectCookie")), "autoReconnectCookie")
    }

    private static func text(_ bytes: [UInt8], _ isUnicode: Bool) -> String {
        isUnicode ? UTF16Text.decode(bytes) : String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    package func encode(into output: inout ByteWriter) {
        let texts = [domain, user, password, "", ""].map { Array(UTF16Text.encode($0).prefix(Self.longestText - 2)) }
        output.u32le(0)
        output.u32le(password.isEmpty ? Self.sentFlags : Self.sentFlags | Self.logsOnByItself)
        for text in texts { output.u16le(UInt16(text.count)) }
        for text in texts {
            output.append(text)
            output.u16le(0)
        }
        encodeExtended(into: &output)
    }

    /// Writes a TS_EXTENDED_INFO_PACKET up to its reserved fields, as clients since RDP 5.2 do.
    private func encodeExtended(into output: inout ByteWriter) {
        output.u16le(Self.internet)
        // clientAddress and clientDir, counted with their terminators: nothing is said of either.
        for _ in 0..<2 {
            output.u16le(2)
            output.u16le(0)
        }
        // clientTimeZone: UTC without a name; clientSessionId, which is 0 by 2.2.1.11.1.1.1; performanceFlags.
        output.zeros(Self.timeZoneLength)
        output.u32le(0)
        output.u32le(Self.performanceFlags)
        let cookie = autoReconnectCookie.prefix(Self.cookieLength)
        output.u16le(UInt16(cookie.count))
        output.append(Array(cookie))
        // reserved1, reserved2.
        output.zeros(2 + 2)
    }
}
