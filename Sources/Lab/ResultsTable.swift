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
        let rows = results.cells.map { row($0) }
        let widths = Self.heads.indices.map { column in
            ([Self.heads] + rows).map { $0[column].count }.max() ?? 0
        }
        return ([Self.heads] + rows).map { row in
            row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column < 3 ? cell + padding : padding + cell
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    private func row(_ cell: CellResult) -> [String] {
        [
            cell.transport, cell.fault.rawValue, cell.policy, "\(cell.faulted)", "\(cell.orphansAtHorizon)",
            seconds(cell.detectionSeconds.p50), seconds(cell.detectionSeconds.max),
            String(format: "%.0f", cell.orphanSeconds), "\(cell.reconnects.resumed)/\(cell.reconnects.attempted)",
            "\(cell.reconnects.blocked)", "\(cell.falseDisconnects)",
            String(format: "%.0f", cell.liveness.packetsPerSessionHour),
            String(format: "%.0f", cell.liveness.bytesPerSessionHour),
        ]
    }

    /// A quantile that is not known lies beyond the horizon.
    private func seconds(_ value: Double?) -> String {
        value.map { String(format: "%.2f s", $0) } ?? String(format: "> %g s", results.horizonSeconds)
    }
}
