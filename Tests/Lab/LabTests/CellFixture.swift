import Contracts
import Faults

@testable import Lab

extension CellResult {
    /// A cell of ten struck clients, all of them known of after 3 and 4 seconds where nothing else is said.
    static func fixture(
        _ policy: String = "heartbeat", parameters: String = "heartbeat:interval=3s,misses=3", fault: Fault = .powerOff,
        transport: String = "tcp", p50: Double? = 3, longest: Double? = 4
    ) -> CellResult {
        var reconnects = CellResult.Reconnects()
        (reconnects.attempted, reconnects.resumed) = (10, 10)
        return CellResult(
            transport: transport, policy: policy, policyParameters: parameters, fault: fault, clients: 12, faulted: 10,
            orphansAtHorizon: 0, detected: 10, detectionSeconds: DetectionSeconds(p50: p50, p90: p50, p99: longest, max: longest),
            orphanSeconds: 35.25, reconnects: reconnects, healthy: 2, falseDisconnects: 0, failures: 0,
            liveness: LivenessCost(packets: 20, bytes: 1000, sessionHours: 0.5), traffic: CellTraffic(), line: LineCost(),
            witness: Witness(), detectionReasons: ["heartbeat-missed": 10], detections: [3, 4], orphans: [])
    }
}

extension Results {
    static func fixture(_ cells: [CellResult]) -> Results {
        Results(scenario: "q187049", seed: 1, horizonSeconds: 65, cells: cells)
    }
}
