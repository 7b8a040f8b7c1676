import Contracts
import Foundation
import Measurement

/// What the lines of a matrix did and cost, as a table for people; empty where there were none.
struct LineTable {
    private let cells: [CellResult]

    init(_ results: Results) { cells = results.cells.filter { $0.line.line != nil } }

    var text: String? {
        guard let first = cells.first else { return nil }
        let currency = first.line.currency ?? ""
        let heads = [
            "fault", "policy", "on the line", "calls", "to ask", "up", "only to ask", "\(currency) in 30 days",
            "for asking", "T_D p50", "blocked",
        ]
        return TextTable.text([heads] + cells.map(row), leftAligned: 3)
    }

    private func row(_ cell: CellResult) -> [String] {
        let line = cell.line
        return [
            cell.fault.rawValue, cell.policyParameters, line.line?.split(separator: ":").first.map(String.init) ?? "",
            "\(line.calls)", "\(line.livenessCalls)", String(format: "%.1f s", line.upSeconds),
            String(format: "%.1f s", line.livenessUpSeconds), String(format: "%.0f", line.chargePer30Days),
            String(format: "%.0f", line.livenessChargePer30Days),
            cell.detectionSeconds.p50.map { String(format: "%.1f s", $0) } ?? "never", "\(cell.reconnects.blocked)",
        ]
    }
}
