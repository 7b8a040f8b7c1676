/// Text of others in a log or on a terminal: a name that a client sent may hold line ends and terminal commands.
public enum LogText {
    /// The text on one line, with every character that a terminal would obey instead of showing written as `\u{1b}`.
    public static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isObeyed) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if isObeyed(scalar) {
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// Control characters, the two line ends of Unicode, and what changes the direction of the text around it (Unicode
    /// Standard Annex 9, 2).
    private static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C: true
        default: false
        }
    }
}
