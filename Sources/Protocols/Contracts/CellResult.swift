import Faults

/// One fault met with one policy on one transport.
public struct CellResult: Codable, Sendable {
    public var transport: String
    /// The policy's bare name, and with its parameters.
    public var policy: String
    public var policyParameters: String
    public var fault: Fault
    public var clients: Int
    public var faulted: Int
    public var orphansAtHorizon: Int
    public var detected: Int
    public var detectionSeconds: DetectionSeconds
    public var orphanSeconds: Double
    public var reconnects: Reconnects
    /// Clients that met no fault.
    public var healthy: Int
    public var falseDisconnects: Int
    /// ... by the reason that the server had.
    public var falseDisconnectReasons: [String: Int] = [:]
    /// ... for each hour of a session's being Active.
    public var falseDisconnectsPerSessionHour = 0.0
    /// Clients that never got a desktop, or lost it with no fault of ours.
    public var failures: Int
    public var liveness: LivenessCost
    /// Every packet of the cell, by what it was for.
    public var traffic: CellTraffic
    public var line: LineCost
    /// How the kernel's own word on each detection agrees with the server's.
    public var witness: Witness
    /// Why sessions left Active, by reason, and how many.
    public var detectionReasons: [String: Int]
    /// Each detection's time in seconds, in order; those still Active at the horizon are not among them.
    public var detections: [Double]
    /// Orphans over time: seconds since the fault, and how many there are from then on.
    public var orphans: [OrphanCount]

    public init(
        transport: String, policy: String, policyParameters: String, fault: Fault, clients: Int, faulted: Int,
        orphansAtHorizon: Int, detected: Int, detectionSeconds: DetectionSeconds, orphanSeconds: Double,
        reconnects: Reconnects, healthy: Int, falseDisconnects: Int, failures: Int, liveness: LivenessCost,
        traffic: CellTraffic, line: LineCost,
        witness: Witness, detectionReasons: [String: Int], detections: [Double], orphans: [OrphanCount]
    ) {
        self.transport = transport
        self.policy = policy
        self.policyParameters = policyParameters
        self.fault = fault
        self.clients = clients
        self.faulted = faulted
        self.orphansAtHorizon = orphansAtHorizon
        self.detected = detected
        self.detectionSeconds = detectionSeconds
        self.orphanSeconds = orphanSeconds
        self.reconnects = reconnects
        self.healthy = healthy
        self.falseDisconnects = falseDisconnects
        self.failures = failures
        self.liveness = liveness
        self.traffic = traffic
        self.line = line
        self.witness = witness
        self.detectionReasons = detectionReasons
        self.detections = detections
        self.orphans = orphans
    }

    /// Users who came back for their sessions.
    public struct Reconnects: Codable, Equatable, Sendable {
        public var attempted = 0
        public var resumed = 0
        public var blocked = 0
        public var refused = 0
        /// Given back otherwise than they were left: never to be seen.
        public var altered = 0

        public init() {}
    }

    public struct OrphanCount: Codable, Equatable, Sendable {
        public var seconds: Double
        public var count: Int

        public init(seconds: Double, count: Int) {
            self.seconds = seconds
            self.count = count
        }
    }
}
