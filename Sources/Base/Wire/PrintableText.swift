/// Text that a stranger chose (a name, a title, a path, a line of a file), made fit for one line of a log or a terminal.
///
/// What moves a cursor, ends a line, changes a colour or turns the direction of reading is written as Swift writes it,
/// `\u{1B}`, and a backslash as `\\`: nothing of what was sent is lost, and no text looks like the escape of another.
public enum PrintableText {
    /// Scalars of a text that are shown, where nobody says otherwise: longer than any name that a protocol here carries.
    public static let defaultLimit = 256

    /// - Parameter limit: scalars shown; a longer text ends in `…` and how many bytes it had in all.
    public static func escaped(_ text: some StringProtocol, limit: Int = defaultLimit) -> String {
        escaped(utf8: text.utf8, limit: limit)
    }

    /// The same of bytes that should be UTF-8; a byte that is not shows as `\x9F`.
    public static func escaped(utf8 bytes: some Collection<UInt8>, limit: Int = defaultLimit) -> String {
        if isPlain(bytes, limit: limit) { return String(decoding: bytes, as: UTF8.self) }
        return escaped(bytes, as: UTF8.self, limit: limit) {
            ($0 < 0x10 ? "\\x0" : "\\x") + String($0, radix: 16, uppercase: true)
        }
    }

    /// The same of UTF-16; half a surrogate pair shows as `\u{D800}`.
    public static func escaped(utf16 units: some Collection<UInt16>, limit: Int = defaultLimit) -> String {
        escaped(units, as: UTF16.self, limit: limit) { escape(UInt32($0)) }
    }

    /// Whether a scalar shows as itself and takes part in nothing but its own line.
    public static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return 0x20...0x7E ~= scalar.value }
        switch scalar.properties.generalCategory {
        // C1 controls; what joins, hides or turns text, the bidirectional controls among it; line and paragraph
        // separators; what means nothing to those who did not agree upon it.
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: return false
        default: return true
        }
    }

    /// Whether a text can be shown as it is, known from its bytes: nearly every one.
    private static func isPlain(_ bytes: some Collection<UInt8>, limit: Int) -> Bool {
        bytes.count <= limit && bytes.allSatisfy { 0x20...0x7E ~= $0 && $0 != UInt8(ascii: "\\") }
    }
}

extension PrintableText {
    /// - Parameter broken: shows a code unit that is no part of a scalar.
    private static func escaped<Encoding: Unicode.Encoding, Units: Collection<Encoding.CodeUnit>>(
        _ units: Units, as encoding: Encoding.Type, limit: Int, broken: (Encoding.CodeUnit) -> String
    ) -> String {
        var shown = ""
        var parser = Encoding.ForwardParser()
        var (rest, position) = (units.makeIterator(), units.startIndex)
        for _ in 0..<limit {
            switch parser.parseScalar(from: &rest) {
            case .valid(let encoded):
                append(Encoding.decode(encoded), to: &shown)
                units.formIndex(&position, offsetBy: encoded.count)
            case .error(let length):
                let end = units.index(position, offsetBy: length)
                for unit in units[position..<end] { shown += broken(unit) }
                position = end
            case .emptyInput: return shown
            }
        }
        if position != units.endIndex {
            shown += "… (\(units.count * Encoding.CodeUnit.bitWidth / 8) bytes)"
        }
        return shown
    }

    private static func append(_ scalar: Unicode.Scalar, to shown: inout String) {
        if scalar == "\\" {
            shown += "\\\\"
        } else if isPrintable(scalar) {
            shown.unicodeScalars.append(scalar)
        } else {
            shown += escape(scalar)
        }
    }

    /// One scalar as Swift writes it, `\u{1B}`.
    public static func escape(_ scalar: Unicode.Scalar) -> String { escape(scalar.value) }

    private static func escape(_ value: UInt32) -> String {
        "\\u{" + String(value, radix: 16, uppercase: true) + "}"
    }
}
