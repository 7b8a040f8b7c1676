import Contracts

/// The columns that describe a cell of a matrix.
struct CellColumns {
    /// A cell as a row, with the names that tell it from the other rows.
    struct Row {
        var cell: CellResult
        var policy: String
        /// How long detection times were looked for, in seconds.
        var seen: Double
    }

    static func rows(_ results: Results) -> [Row] {
        let names = PolicyNames(results.cells)
        let seen = results.observedSeconds ?? results.horizonSeconds
        return results.cells.map { Row(cell: $0, policy: names.name(of: $0), seen: seen) }
    }

    typealias C = Column<Row>

    /// What a server that says what it believes is measured by.
    static let matrix: [Column<Row>] =
        [transport, fault, policy, struck, orphans, p50, p90, p99, longest, orphanSeconds]
        + [resumed, blocked, refused, well, wrong, packets, bytes, failed, parameters]

    /// What is known of a server that we did not write.
    static let witness: [Column<Row>] = [
        fault, struck,
        C("heldAtHorizon", "held to the end", rank: 0) { .count($0.cell.faulted - $0.cell.detected) },
        p50, p90, p99, longest, well, wrong, packets, bytes, failed,
    ]

    static let fault = C("fault", "fault", alignment: .leading, rank: 0) { .text($0.cell.fault.rawValue) }
    static let policy = C("policy", "policy", alignment: .leading, rank: 0) { .text($0.policy) }
    static let p50 = quantile("detectionP50Seconds", "T_D p50", rank: 0) { $0.p50 }
    static let blocked = C("blocked", "blocked", rank: 0) { .count($0.cell.reconnects.blocked) }
    private static let transport = C("transport", "transport", alignment: .leading, rank: 0) { .text($0.cell.transport) }
    private static let struck = C("struck", "struck", rank: 0) { .count($0.cell.faulted) }
    private static let orphans = C("orphansAtHorizon", "orphans", rank: 0) { .count($0.cell.orphansAtHorizon) }
    private static let p90 = quantile("detectionP90Seconds", "T_D p90", rank: 7) { $0.p90 }
    private static let p99 = quantile("detectionP99Seconds", "T_D p99", rank: 8) { $0.p99 }
    private static let longest = quantile("detectionMaxSeconds", "T_D max", rank: 2) { $0.max }
    private static let orphanSeconds = C("orphanSeconds", "orphan-s", rank: 5) { .number($0.cell.orphanSeconds, digits: 0) }
    private static let resumed = C("resumed", "resumed", rank: 1) {
        .part($0.cell.reconnects.resumed, of: $0.cell.reconnects.attempted)
    }
    private static let refused = C("refused", "refused", rank: 9) { .count($0.cell.reconnects.refused) }
    private static let well = C("healthy", "well", rank: 6) { .count($0.cell.healthy) }
    private static let wrong = C("falseDisconnects", "false", rank: 3) { .count($0.cell.falseDisconnects) }
    private static let packets = C("livenessPacketsPerSessionHour", "pkts/session-h", rank: 4) {
        .number($0.cell.liveness.packetsPerSessionHour, digits: 0)
    }
    private static let bytes = C("livenessBytesPerSessionHour", "bytes/session-h", rank: 6) {
        .number($0.cell.liveness.bytesPerSessionHour, digits: 0)
    }
    private static let failed = C("failures", "failed", rank: 9) { .count($0.cell.failures) }
    private static let parameters = C("policyParameters", "parameters", alignment: .leading, rank: 10) {
        .text($0.cell.policyParameters)
    }

    private static func quantile(
        _ key: String, _ title: String, rank: Int, _ value: @escaping @Sendable (DetectionSeconds) -> Double?
    ) -> C {
        C(key, title, unit: "s", rank: rank) { .time(value($0.cell.detectionSeconds), beyond: $0.seen) }
    }
}
