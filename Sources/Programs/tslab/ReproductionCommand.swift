import Foundation
import Lab

/// What the commands that run a matrix have in common.
enum ReproductionCommand {
    static func run(_ plan: ReproductionPlan, out: String, options: TableOptions) throws {
        try RunCommand.run(out: out, json: options.json) {
            Reproduction.run(plan, in: $0)
        } text: { outcome in
            let table = ResultsTable(outcome.results).text(as: options.format, columns: options.selection)
            guard options.format == .text else { return table }
            let report = URL(fileURLWithPath: out).appendingPathComponent("report.html").path
            return
                "\(table)\n\n\(Verdict(outcome).text(width: TableOptions.terminalWidth, colours: options.hasColours))\n\nReport: \(report)"
        }
    }
}
