import Sessions

/// Breaks text into lines that fit.
enum TextWrap {
    /// Lines of at most `columns` characters, broken anywhere, as a terminal does.
    static func characters(_ text: some StringProtocol, _ columns: Int) -> [String] {
        guard columns > 0 else { return [] }
        // Most lines fit, and that is known without reading them: there are no more characters than bytes.
        guard text.utf8.count > columns else { return [String(text)] }
        var lines: [String] = []
        var rest = text[...]
        repeat {
            lines.append(String(rest.prefix(columns)))
            rest = rest.dropFirst(columns)
        } while !rest.isEmpty
        return lines
    }

    /// The last `most` lines of a text whose lines end with a carriage return and are broken as ``characters(_:_:)`` does. It
    /// is read from its end, and no further than that takes.
    static func newest(_ most: Int, of text: String, _ columns: Int) -> [String] {
        guard columns > 0 else { return [] }
        var lines: [String] = []
        var rest: Substring.UTF8View? = text[...].utf8
        while lines.count < most, let before = rest {
            let end = before.lastIndex(of: ApplicationState.endOfLine)
            let line = before[(end.map(before.index(after:)) ?? before.startIndex)...]
            lines += characters(Substring(line), columns).reversed().prefix(most - lines.count)
            rest = end.map { before[..<$0] }
        }
        return lines.reversed()
    }

    /// Lines of at most `columns` characters, broken between words, and within a word only where it is longer than a line.
    static func words(_ text: String, _ columns: Int) -> [String] {
        guard columns > 0 else { return [] }
        var lines: [String] = []
        for paragraph in text.split(whereSeparator: \.isNewline) {
            var line = ""
            for word in paragraph.split(separator: " ") {
                for part in characters(word, columns) {
                    if !line.isEmpty, line.count + 1 + part.count > columns {
                        lines.append(line)
                        line = ""
                    }
                    line += (line.isEmpty ? "" : " ") + part
                }
            }
            lines.append(line)
        }
        return lines
    }
}
