import RDP

/// What keys mean: a United States keyboard, set 1 scan codes, with the two shift keys.
struct Keyboard {
    private var leftShift = false
    private var rightShift = false

    private static let leftShiftCode: UInt8 = 0x2A
    private static let rightShiftCode: UInt8 = 0x36

    static let escape: UInt8 = 0x01
    static let enter: UInt8 = 0x1C

    /// The rows of keys that make characters, each from the scan code of its first key on: plain, then shifted.
    private static let rows: [(first: UInt8, plain: [Character], shifted: [Character])] = [
        (0x02, Array("1234567890-=\u{8}\t"), Array("!@#$%^&*()_+\u{8}\t")),
        (0x10, Array("qwertyuiop[]\r"), Array("QWERTYUIOP{}\r")),
        (0x1E, Array("asdfghjkl;'`"), Array("ASDFGHJKL:\"~")),
        (0x2B, Array("\\zxcvbnm,./"), Array("|ZXCVBNM<>?")),
        (0x39, [" "], [" "]),
    ]

    /// The character that an event types; nil for releases, modifiers, and keys without one.
    mutating func character(for event: InputEvent) -> Character? {
        switch event {
        case .unicode(let unit, released: false):
            return Unicode.Scalar(UInt32(unit)).map(Character.init)
        case .scancode(Self.leftShiftCode, let released, _):
            leftShift = !released
        case .scancode(Self.rightShiftCode, let released, _):
            rightShift = !released
        case .scancode(let code, released: false, extended: _):
            return Self.character(of: code, shifted: leftShift || rightShift)
        default:
            break
        }
        return nil
    }

    private static func character(of code: UInt8, shifted: Bool) -> Character? {
        for row in rows where code >= row.first && Int(code - row.first) < row.plain.count {
            return (shifted ? row.shifted : row.plain)[Int(code - row.first)]
        }
        return nil
    }
}
