import RDP

/// What keys mean: a United States keyboard, set 1 scan codes, with the two shift keys.
struct Keyboard {
    private var held: Shift = []

    private struct Shift: OptionSet {
        let rawValue: UInt8
        static let left = Shift(rawValue: 1)
        static let right = Shift(rawValue: 2)

        /// By its scan code; nil for other keys.
        init?(code: UInt8) {
            switch code {
            case 0x2A: self = .left
            case 0x36: self = .right
            default: return nil
            }
        }

        init(rawValue: UInt8) { self.rawValue = rawValue }
    }

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
        case .scancode(let code, let released, extended: _):
            if let shift = Shift(code: code) {
                if released { held.remove(shift) } else { held.insert(shift) }
            } else if !released {
                return Self.character(of: code, shifted: !held.isEmpty)
            }
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
