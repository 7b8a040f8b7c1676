import Foundation

extension Table {
    private var texts: [[String]] { rows.map { row in row.map { $0.forPeople(unit: nil) } } }

    // MARK: Markdown

    var markdown: String {
        func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
        let escaped = texts.map { $0.map { $0.replacingOccurrences(of: "|", with: "\\|") } }
        return ([line(heads.map(\.titleWithUnit)), line(heads.map { $0.isLeading ? "---" : "---:" })] + escaped.map(line))
            .joined(separator: "\n")
    }

    // MARK: CSV

    /// RFC 4180, with the keys in the first line.
    var csv: String {
        func field(_ text: String) -> String {
            text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) })
                ? "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : text
        }
        return ([heads.map(\.key)] + rows.map { $0.map(\.forPrograms) })
            .map { $0.map(field).joined(separator: ",") }.joined(separator: "\r\n")
    }

    // MARK: HTML

    /// A `<table>`.
    var html: String {
        func row(_ cells: [String], _ element: String) -> String {
            "<tr>"
                + zip(cells, heads).map { cell, head in
                    "<\(element)\(head.isLeading ? " class=\"leading\"" : "")>\(Self.escape(cell))</\(element)>"
                }.joined() + "</tr>"
        }
        return "<table>\n<thead>\(row(heads.map(\.titleWithUnit), "th"))</thead>\n<tbody>\n"
            + texts.map { row($0, "td") }.joined(separator: "\n") + "\n</tbody>\n</table>"
    }

    static func escape(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
    }

    // MARK: JSON

    /// The rows as objects, by the columns' keys; null where there is no value.
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let objects = rows.map { row in
            Dictionary(zip(heads.map(\.key), row.map(Field.init)), uniquingKeysWith: { first, _ in first })
        }
        // Strings and finite numbers can be encoded.
        return (try? encoder.encode(objects)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    }

    private struct Field: Encodable {
        let value: ColumnValue

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch value {
            case .text(let text): try container.encode(text)
            case .count(let count), .part(let count, _): try container.encode(count)
            default:
                if let number = value.number, number.isFinite { try container.encode(number) } else { try container.encodeNil() }
            }
        }
    }
}
