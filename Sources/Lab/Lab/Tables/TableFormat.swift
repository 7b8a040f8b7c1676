/// How a table is printed.
public enum TableFormat: String, CaseIterable, Sendable {
    case text
    case markdown
    case csv
    case html
    case json
}

/// Which columns of a table are printed.
public enum ColumnSelection: Equatable, Sendable {
    /// As many as fit this many characters; nil for all.
    case fitting(Int?)
    /// Those with these keys, in this order.
    case keys([String])
}
