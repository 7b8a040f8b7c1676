import Contracts
import Faults
import Foundation
import Measurement

/// The matrix as a table for people.
public struct ResultsTable {
    private let results: Results

    public init(_ results: Results) { self.results = results }

    private static let heads = [
        "transport", "fault", "policy", "struck", "orphans", "T_D p50", "T_D max", "orphan-s", "resumed", "blocked",
        "false", "pkts/session-h", "bytes/session-h",
    ]

    public var text: String {
        let whole = TextTable.text([Self.heads] + results.cells.map { row($0) }, leftAligned: 3)
        return LineTable(results).text.map { "\(whole)\n\nWhile everybody idled but the one who works:\n\($0)" } ?? whole
    }

    private func row(_ cell: CellResult) -> [String] {
        [
            cell.transport, cell.fault.rawValue, cell.policy, "\(cell.faulted)", "\(cell.orphansAtHorizon)",
            results.text(cell.detectionSeconds.p50), results.text(cell.detectionSeconds.max),
            String(format: "%.0f", cell.orphanSeconds), "\(cell.reconnects.resumed)/\(cell.reconnects.attempted)",
            "\(cell.reconnects.blocked)", "\(cell.falseDisconnects)",
            String(format: "%.0f", cell.liveness.packetsPerSessionHour),
            String(format: "%.0f", cell.liveness.bytesPerSessionHour),
        ]
    }
}

extension Results {
    /// A quantile of a time, for people: one that is not known lies beyond the horizon.
    func text(_ quantile: Double?) -> String {
        quantile.map { String(format: "%.2f s", $0) } ?? String(format: "> %.4g s", observedSeconds ?? horizonSeconds)
    }
}
