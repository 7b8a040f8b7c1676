/// A table for a terminal of 80 columns. A first cell that is too long for its column has a line of its own.
public struct Columns {
    public static let width = 80
    private let heads: [String]
    private let widths: [Int]
    /// The first of them and these begin at their left edge; the others end at their right one.
    private let leftAligned: Set<Int>

    /// - Parameter widths: of each column; two spaces lie between them.
    public init(_ heads: [String], widths: [Int], leftAligned: Set<Int> = []) {
        precondition(widths.reduce(0, +) + 2 * (widths.count - 1) <= Self.width && heads.count == widths.count)
        self.heads = heads
        self.widths = widths
        self.leftAligned = leftAligned
    }

    public var head: String { row(heads) }

    public func row(_ cells: [String]) -> String {
        let isLong = cells[0].utf8.count > widths[0]
        var line = isLong ? cells[0] + "\n" : ""
        for (index, cell) in cells.enumerated() {
            let text = index == 0 && isLong ? "" : cell
            let padding = String(repeating: " ", count: max(0, widths[index] - text.utf8.count))
            let isLast = index == cells.count - 1
            if index == 0 || leftAligned.contains(index) {
                line += text + (isLast ? "" : padding)
            } else {
                line += padding + text
            }
            if !isLast { line += "  " }
        }
        return line
    }
}
