/// Text for people, in lines that fit.
enum Paragraph {
    /// Breaks a line between words so that no piece is longer than `width` where its words allow it; later pieces are indented
    /// as the first one is, and two more where that is an item of a list.
    static func wrapped(_ text: String, width: Int?) -> String {
        guard let width, text.count > width else { return text }
        let lead = String(text.prefix { $0 == " " })
        let indent = lead + (text.dropFirst(lead.count).hasPrefix("- ") ? "  " : "")
        var lines: [String] = []
        var line = lead
        for word in text.split(separator: " ") {
            let isFirst = line.allSatisfy { $0 == " " }
            if isFirst || line.count + 1 + word.count <= width {
                line += (isFirst ? "" : " ") + word
            } else {
                lines.append(line)
                line = indent + word
            }
        }
        return (lines + [line]).joined(separator: "\n")
    }
}
