import Foundation

/// Rows and the columns that describe them, to be printed in any ``TableFormat``.
public struct Table {
    struct Head {
        var key: String
        var title: String
        var unit: String?
        var isLeading: Bool
        var rank: Int

        /// With the unit, where the values stand without it.
        var titleWithUnit: String { unit.map { "\(title) (\($0))" } ?? title }
    }

    private(set) var heads: [Head]
    /// A value for each head in each row.
    private(set) var rows: [[ColumnValue]]

    init<Row>(_ columns: [Column<Row>], of rows: [Row]) {
        heads = columns.map {
            Head(key: $0.key, title: $0.title, unit: $0.unit, isLeading: $0.alignment == .leading, rank: $0.rank)
        }
        self.rows = rows.map { row in columns.map { $0.value(row) } }
    }

    /// What ``ColumnSelection/keys(_:)`` takes.
    var keys: [String] { heads.map(\.key) }

    /// The table in a format. What is left out of text for its width is said below it.
    ///
    /// - Parameter columns: for text; other formats have no width, and print all that are not chosen by key.
    public func text(as format: TableFormat, columns: ColumnSelection = .fitting(nil)) -> String {
        var shown = self
        var omitted = 0
        switch columns {
        case .keys(let keys): shown = choosing(keys)
        case .fitting(let width?) where format == .text:
            shown = fitting(width)
            omitted = heads.count - shown.heads.count
        case .fitting: break
        }
        switch format {
        case .text: return shown.plainText + (omitted > 0 ? "\n(\(omitted) more columns: --columns all)" : "")
        case .markdown: return shown.markdown
        case .csv: return shown.csv
        case .html: return shown.html
        case .json: return shown.json
        }
    }

    private func choosing(_ keys: [String]) -> Table { keeping(keys.compactMap { key in heads.firstIndex { $0.key == key } }) }

    /// Without as many columns as it takes to fit, those of the highest rank first.
    private func fitting(_ width: Int) -> Table {
        var kept = Array(heads.indices)
        while keeping(kept).width > width, let last = kept.filter({ heads[$0].rank > 0 }).max(by: { heads[$0].rank <= heads[$1].rank }) {
            kept.removeAll { $0 == last }
        }
        return keeping(kept)
    }

    private func keeping(_ indices: [Int]) -> Table {
        var table = self
        table.heads = indices.map { heads[$0] }
        table.rows = rows.map { row in indices.map { row[$0] } }
        return table
    }

    // MARK: Text

    private var texts: [[String]] {
        [heads.map(\.title)] + rows.map { row in zip(row, heads).map { $0.forPeople(unit: $1.unit) } }
    }

    private static let gap = "  "

    private var widths: [Int] {
        let texts = texts
        return heads.indices.map { column in texts.map { $0[column].count }.max() ?? 0 }
    }

    /// In characters.
    private var width: Int { widths.reduce(0, +) + Self.gap.count * max(0, heads.count - 1) }

    private var plainText: String {
        let widths = widths
        return texts.map { row in
            let line = zip(row, zip(widths, heads)).map { cell, column in
                let padding = String(repeating: " ", count: column.0 - cell.count)
                return column.1.isLeading ? cell + padding : padding + cell
            }.joined(separator: Self.gap)
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}
