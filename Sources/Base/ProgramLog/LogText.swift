import Wire

/// A whole line of a log or of a terminal, which may hold text of others.
public enum LogText {
    /// The text on one line, with every character that is not printable written as `\u{1B}` (see `PrintableText`).
    ///
    /// A backslash stays one, and no length is too long: the line may hold texts that `PrintableText` has escaped already.
    public static func oneLine(_ text: String) -> String {
        if text.unicodeScalars.allSatisfy(PrintableText.isPrintable) { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if PrintableText.isPrintable(scalar) {
                shown.unicodeScalars.append(scalar)
            } else {
                shown += PrintableText.escape(scalar)
            }
        }
        return shown
    }
}
