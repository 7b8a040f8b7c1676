import ArgumentParser
import Foundation
import Lab
import Line
import ProgramOptions
import Time

/// `tslab forecast`: a month of probes on a line, on virtual time.
struct Forecast: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what a month of probes costs on a line that is dialled on demand.",
        usage: "tslab forecast [OPTION ...]",
        discussion: """
            Sends every probe of every session and its answer through the line for 30
            days of virtual time, and counts the calls. Calls are priced by the hour of
            day; every day is a working day. Policies that send nothing while idle (none,
            challenge), and line-aware, which waits until the line is up for other
            traffic, place none.

            EXAMPLES
              tslab forecast
              tslab forecast --line lte --sessions 1 --interval 30s,5m,30m
              tslab forecast --line modem-28.8k --tariff '0.05 USD/60s,setup=0.10' \\
                  --sessions 5

            LINES
            \(LinePlan.help)

            EXIT STATUS
              0, or 64 for a wrong command line.
            """)

    @Option(help: ArgumentHelp("The line: see tslab line --help.", valueName: "line"), completion: .list(LinePlan.presets.map(\.name)))
    var line = "isdn-64k"

    @Option(help: ArgumentHelp("What calls cost: see tslab line --help.", valueName: "tariff"))
    var tariff = ReproductionPlan.sweepTariff

    @Option(parsing: .unconditional, help: "How many idle sessions are behind the line.")
    var sessions = "20"

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How often each is probed; TCP keepalive's time was 2h in Windows NT.", valueName: "duration,..."))
    var interval = "2h,30m,10m"

    @Option(parsing: .unconditional, help: "Repeats the same moments at which the sessions began.")
    var seed = "1"

    @Option(help: ArgumentHelp("How the table is printed.", valueName: "text|markdown|csv|html|json"))
    var format = TableFormat.text

    @Flag(help: "Print JSON, and nothing else.")
    var json = false

    func validate() throws { _ = try forecasts(of: 0) }

    func run() throws {
        let table = ForecastTable(
            try forecasts(of: try sessionCount()), line: try OptionValue.line("--line", line), tariff: try OptionValue.tariff(tariff))
        print(json ? try table.json() : table.text(as: format))
    }

    /// Some minutes of one processor.
    private static let mostProbes = 1e8

    private func sessionCount() throws -> Int { try OptionValue.whole("--sessions", sessions, in: 1...10_000) }

    private func forecasts(of sessions: Int) throws -> [(interval: Duration, forecast: LineForecast)] {
        let (plan, tariff) = (try OptionValue.line("--line", line), try OptionValue.tariff(tariff))
        let seed = try OptionValue.seed(seed)
        return try OptionValue.durations("--interval", interval, in: .seconds(1)...LineForecast.month).map { interval in
            let probes = Double(try sessionCount()) * (LineForecast.month / interval)
            guard probes <= Self.mostProbes else {
                throw ValidationError("that makes \(Int(probes)) probes in a month: take fewer --sessions or a longer --interval")
            }
            return (interval, LineForecast(plan, tariff: tariff, interval: interval, sessions: sessions, seed: seed))
        }
    }
}
