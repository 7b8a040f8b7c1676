/// What the program in a session holds. It lives as long as the session, through every disconnection.
public struct ApplicationState: Equatable, Sendable {
    /// Most bytes of text kept; the oldest go first.
    public static let longestText = 4096

    public private(set) var text = ""
    /// The titles of the open windows, the front one last.
    public var windows: [String]
    public private(set) var keystrokes: UInt32 = 0

    /// One window, whose title every fresh session shares.
    private static let freshWindows = ["Notepad"]

    public init() {
        windows = Self.freshWindows
    }

    /// Whether the last key ended a line that says just this. No more of the text is looked at than the line is long.
    public func hasJustEnded(line: String) -> Bool {
        var before = text.utf8.reversed()[...]
        guard before.popFirst() == Self.endOfLine else { return false }
        for byte in line.utf8.reversed() where before.popFirst() != byte { return false }
        return before.isEmpty || before.first == Self.endOfLine
    }

    public static let endOfLine = UInt8(ascii: "\r")

    /// One keystroke. A backspace takes the last character away.
    public mutating func type(_ character: Character) {
        keystrokes &+= 1
        if character == "\u{8}" {
            _ = text.popLast()
            return
        }
        text.append(character)
        // By bytes and not by characters: one character may be as long as its scalars have no end.
        if text.utf8.count > Self.longestText {
            text = String(decoding: text.utf8.suffix(Self.longestText / 2).drop { $0 & 0xC0 == 0x80 }, as: UTF8.self)
        }
    }
}
