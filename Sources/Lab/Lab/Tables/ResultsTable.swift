import Contracts
import Foundation

/// A run's results as tables for people and for programs.
public struct ResultsTable {
    private let results: Results
    private let columns: [Column<CellColumns.Row>]

    /// The table of a matrix.
    public init(_ results: Results) { self.init(results, columns: CellColumns.matrix) }

    init(_ results: Results, columns: [Column<CellColumns.Row>]) {
        self.results = results
        self.columns = columns
    }

    /// What `--columns` takes.
    public static var keys: [String] { CellColumns.matrix.map(\.key) }
    public static var witnessKeys: [String] { CellColumns.witness.map(\.key) }

    var table: Table { Table(columns, of: CellColumns.rows(results)) }

    /// What the cells' lines did and cost; nil where there were none.
    var lines: Table? {
        let rows = CellColumns.rows(results).filter { $0.cell.line.line != nil }
        guard let first = rows.first else { return nil }
        return Table(LineColumns.all(currency: first.cell.line.currency ?? ""), of: rows)
    }

    /// In any format; the lines' own table is only in text, markdown and HTML, where two tables can stand one after the other.
    public func text(as format: TableFormat = .text, columns: ColumnSelection = .fitting(nil)) -> String {
        let cells = table.text(as: format, columns: columns)
        guard let lines, [.text, .markdown, .html].contains(format) else { return cells }
        if case .keys = columns { return cells }
        let between =
            format == .html ? "<p>While everybody idled but the one who works:</p>" : "While everybody idled but the one who works:"
        return "\(cells)\n\n\(between)\n\n\(lines.text(as: format, columns: columns))"
    }
}
