import Contracts

/// The columns that describe what the line of a cell did and cost.
enum LineColumns {
    private typealias C = Column<CellColumns.Row>

    /// Fewer calls than this say nothing about a month.
    static let fewestCalls = 5

    static func all(currency: String) -> [Column<CellColumns.Row>] {
        [
            CellColumns.fault, CellColumns.policy,
            C("line", "on the line", alignment: .leading, rank: 5) {
                .text($0.cell.line.line?.split(separator: ":").first.map(String.init) ?? "")
            },
            C("calls", "calls", rank: 0) { .count($0.cell.line.calls) },
            C("livenessCalls", "to ask", rank: 0) { .count($0.cell.line.livenessCalls) },
            C("upSeconds", "up", unit: "s", rank: 4) { .number($0.cell.line.upSeconds, digits: 1) },
            C("livenessUpSeconds", "only to ask", unit: "s", rank: 6) { .number($0.cell.line.livenessUpSeconds, digits: 1) },
            C("chargePer30Days", "\(currency) in 30 days", rank: 3) {
                month($0.cell.line.chargePer30Days, $0.cell.line.chargePer30DaysRange, calls: $0.cell.line.calls)
            },
            C("livenessChargePer30Days", "for asking", rank: 1) {
                month(
                    $0.cell.line.livenessChargePer30Days, $0.cell.line.livenessChargePer30DaysRange,
                    calls: $0.cell.line.livenessCalls)
            },
            C("livenessChargePer30DaysLow", "low", rank: 9) { bound($0.cell.line.livenessChargePer30DaysRange?.low) },
            C("livenessChargePer30DaysHigh", "high", rank: 9) { bound($0.cell.line.livenessChargePer30DaysRange?.high) },
            CellColumns.p50, CellColumns.blocked,
        ]
    }

    /// What a month would cost, with its range; nothing where too few calls were seen.
    private static func month(_ charge: Double, _ range: ChargeRange?, calls: Int) -> ColumnValue {
        guard calls > 0 else { return .number(0, digits: 0) }
        guard calls >= fewestCalls, let range else { return .unknown("too few calls") }
        return .estimate(charge, range.low...max(range.low, range.high))
    }

    private static func bound(_ value: Double?) -> ColumnValue { value.map { .number($0, digits: 0) } ?? .unknown("") }
}
