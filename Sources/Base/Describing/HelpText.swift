/// Help screens for 80 columns and Markdown tables, from descriptions.
public enum HelpText {
    /// The argument parser breaks lines that fill a terminal of 80 columns.
    public static let width = 79

    /// Names on the left, what they mean on the right; the second column is wrapped.
    public static func list(_ rows: [(term: String, text: String)], indent: Int = 2) -> String {
        let column = indent + (rows.map(\.term.count).max() ?? 0) + 2
        return rows.map { row in
            let head = String(repeating: " ", count: indent) + row.term
            return wrap(row.text, first: head + String(repeating: " ", count: column - head.count), indent: column)
        }.joined(separator: "\n")
    }

    /// Each entry with its parameters, their standard values and their limits.
    public static func entries(_ entries: [DescriptionEntry]) -> String {
        entries.map { entry in
            let blind = entry.blindTo.map { "; does not see \($0)" } ?? ""
            let parameters = entry.parameters.map { parameter in
                (parameter.name, parameter.help + (parameter.values.limits.map { " (\($0))" } ?? ""))
            }
            let text = "  \(entry.usage)\n" + wrap(entry.summary + blind, first: "      ", indent: 6)
            return parameters.isEmpty ? text : text + "\n" + list(parameters, indent: 8)
        }.joined(separator: "\n")
    }

    /// Breaks a text between words.
    ///
    /// - Parameters:
    ///   - first: what the first line begins with.
    ///   - indent: by how much the others are indented.
    public static func wrap(_ text: String, first: String = "", indent: Int = 0) -> String {
        var lines: [String] = []
        var line = first
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = String(repeating: " ", count: indent)
                isEmpty = true
            }
            line += isEmpty ? String(word) : " " + word
            isEmpty = false
        }
        lines.append(line)
        return lines.joined(separator: "\n")
    }

    /// A Markdown table; `|` in a cell is escaped.
    public static func markdown(_ heads: [String], _ rows: [[String]]) -> String {
        ([heads, heads.map { _ in "---" }] + rows).map { row in
            "| " + row.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
        }.joined(separator: "\n")
    }
}
