import Foundation
import Line
import Time

/// What forecasts came to, for people and for programs.
public struct ForecastTable {
    private typealias Row = (interval: Duration, forecast: LineForecast)

    private let forecasts: [(interval: Duration, forecast: LineForecast)]
    private let line: LinePlan
    private let tariff: Tariff

    public init(_ forecasts: [(interval: Duration, forecast: LineForecast)], line: LinePlan, tariff: Tariff) {
        self.forecasts = forecasts
        self.line = line
        self.tariff = tariff
    }

    private var table: Table {
        let title = "\(tariff.currency) in 30 days"
        let columns: [Column<Row>] = [
            Column("interval", "probe every", alignment: .leading, rank: 0) { .text(DurationText.format($0.interval)) },
            Column("probes", "probes", rank: 2) { .count($0.forecast.questions) },
            Column("calls", "calls", rank: 0) { .count($0.forecast.calls) },
            Column("upHours", "line up", unit: "h", rank: 1) { .number($0.forecast.upTime.inSeconds / 3600, digits: 1) },
            Column("charge", title, rank: 0) { .number($0.forecast.charge.amount, digits: 2) },
        ]
        return Table(columns, of: forecasts)
    }

    /// In any format; text says before it what line it is of.
    public func text(as format: TableFormat = .text, columns: ColumnSelection = .fitting(nil)) -> String {
        let table = table.text(as: format, columns: columns)
        return format == .text ? "\(line.description) at \(tariff.description)\n\(table)" : table
    }

    public func json() throws -> String {
        struct Row: Encodable {
            let intervalSeconds: Double, probes: Int, calls: Int, upSeconds: Double, charge: Double
        }
        struct Page: Encodable {
            let schema = 1, line: String, tariff: String, currency: String, days: Int, forecasts: [Row]
        }
        let rows = forecasts.map { interval, forecast in
            Row(
                intervalSeconds: interval.inSeconds, probes: forecast.questions, calls: forecast.calls,
                upSeconds: forecast.upTime.inSeconds, charge: forecast.charge.amount)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let page = Page(
            line: line.description, tariff: tariff.description, currency: tariff.currency,
            days: Int(LineForecast.month.inSeconds / 86_400), forecasts: rows)
        return String(decoding: try encoder.encode(page), as: UTF8.self)
    }
}
