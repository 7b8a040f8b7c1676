import Wire

/// What tsserver tells a client of this kit on the static channel ``channelName`` after each logon: which session it
/// was given and what the program in it holds. Stock clients do not join the channel and are told nothing.
public struct SessionReport: Equatable, Sendable {
    public static let channelName = "tslab"
    /// What a client sends on the channel to log off.
    public static let logoffCommand: [UInt8] = [1]

    public var session: UInt32
    /// Whether the session was there before and Disconnected.
    public var resumed: Bool
    public var keystrokes: UInt32
    /// What was typed in it, the newest ``longestText`` bytes.
    public var text: String

    public static let longestText = 4096
    private static let version: UInt8 = 1

    public init(session: UInt32, resumed: Bool, keystrokes: UInt32, text: String) {
        self.session = session
        self.resumed = resumed
        self.keystrokes = keystrokes
        self.text = text
    }

    public init(decoding bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes.span.bytes)
        let version = try reader.u8("report version")
        guard version == Self.version else { throw .invalid(field: "session report version", value: UInt64(version)) }
        resumed = try reader.u8("resumed") != 0
        session = try reader.u32le("session")
        keystrokes = try reader.u32le("keystrokes")
        guard reader.remaining <= Self.longestText else { throw .trailing(field: "report text", reader.remaining - Self.longestText) }
        text = String(decoding: try reader.array(reader.remaining), as: UTF8.self)
    }

    public var encoded: [UInt8] {
        var output = ByteWriter()
        output.u8(Self.version)
        output.u8(resumed ? 1 : 0)
        output.u32le(session)
        output.u32le(keystrokes)
        output.append([UInt8](text.utf8.suffix(Self.longestText)))
        return output.bytes
    }
}
