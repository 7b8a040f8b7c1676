/// One column of a table: the only place that knows what it is called, how it is aligned and what is in it.
struct Column<Row>: Sendable {
    enum Alignment: Sendable {
        case leading
        case trailing
    }

    /// What programs know it by, in CSV and JSON, with the unit in its name.
    let key: String
    /// What people know it by.
    let title: String
    /// Written behind a value in text, and in the head elsewhere.
    var unit: String?
    var alignment = Alignment.trailing
    /// What goes first where there is no room for everything: the highest. Columns of rank 0 stay.
    let rank: Int
    let value: @Sendable (Row) -> ColumnValue

    init(
        _ key: String, _ title: String, unit: String? = nil, alignment: Alignment = .trailing, rank: Int,
        _ value: @escaping @Sendable (Row) -> ColumnValue
    ) {
        self.key = key
        self.title = title
        self.unit = unit
        self.alignment = alignment
        self.rank = rank
        self.value = value
    }
}
