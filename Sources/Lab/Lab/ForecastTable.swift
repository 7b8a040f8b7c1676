import Foundation
import Line
import Time

/// What forecasts came to, for people and for programs.
public struct ForecastTable {
    private let forecasts: [(interval: Duration, forecast: LineForecast)]
    private let line: LinePlan
    private let tariff: Tariff

    public init(_ forecasts: [(interval: Duration, forecast: LineForecast)], line: LinePlan, tariff: Tariff) {
        self.forecasts = forecasts
        self.line = line
        self.tariff = tariff
    }

    public var text: String {
        let heads = ["probe every", "probes", "calls", "line up", "\(tariff.currency) in 30 days"]
        let rows = forecasts.map { interval, forecast in
            [
                DurationText.format(interval), "\(forecast.questions)", "\(forecast.calls)",
                String(format: "%.1f h", forecast.upTime.inSeconds / 3600), forecast.charge.description,
            ]
        }
        return "\(line.description) at \(tariff.description)\n" + TextTable.text([heads] + rows, leftAligned: 1)
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
