/// Columns of text, each as wide as its widest cell.
enum TextTable {
    /// - Parameters:
    ///   - rows: all of the same length, the heads first.
    ///   - leftAligned: how many columns, from the first, begin at their left edge; the others end at their right one.
    static func text(_ rows: [[String]], leftAligned: Int) -> String {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column < leftAligned ? cell + padding : padding + cell
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
