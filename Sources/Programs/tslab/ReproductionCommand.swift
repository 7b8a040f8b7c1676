import Foundation
import Lab

/// What the commands that run a matrix have in common.
enum ReproductionCommand {
    static func run(_ plan: ReproductionPlan, out: String, json: Bool) throws {
        try RunCommand.run(out: out, json: json) {
            Reproduction.run(plan, in: $0)
        } text: { outcome in
            let report = URL(fileURLWithPath: out).appendingPathComponent("report.html").path
            return "\(ResultsTable(outcome.results).text)\n\n\(Verdict(outcome).text)\n\nReport: \(report)"
        }
    }
}
