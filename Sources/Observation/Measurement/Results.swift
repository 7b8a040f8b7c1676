import Faults

/// What a run found out: `results.json`, by which other programs hold on to it.
public struct Results: Codable, Sendable {
    /// Rises when a key changes its meaning; new keys leave it.
    public static let schema = 1

    public var schema = Results.schema
    public var scenario: String
    public var seed: UInt64
    public var horizonSeconds: Double
    public var cells: [CellResult]

    public init(scenario: String, seed: UInt64, horizonSeconds: Double, cells: [CellResult]) {
        self.scenario = scenario
        self.seed = seed
        self.horizonSeconds = horizonSeconds
        self.cells = cells
    }
}

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

/// Quantiles of the time from the fault to the server's knowing, in seconds; null where the quantile lies among the
/// sessions that were still Active at the horizon.
public struct DetectionSeconds: Codable, Equatable, Sendable {
    public var p50: Double?
    public var p90: Double?
    public var p99: Double?
    public var max: Double?

    public init(p50: Double?, p90: Double?, p99: Double?, max: Double?) {
        self.p50 = p50
        self.p90 = p90
        self.p99 = p99
        self.max = max
    }

    private enum CodingKeys: CodingKey { case p50, p90, p99, max }

    /// Writes what is not known as null: readers find every key.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(p50, forKey: .p50)
        try container.encode(p90, forKey: .p90)
        try container.encode(p99, forKey: .p99)
        try container.encode(max, forKey: .max)
    }
}

/// Packets that exist only to learn whether the peer is alive, counted from the wire, and bytes at the IP layer.
public struct LivenessCost: Codable, Equatable, Sendable {
    public var packets = 0
    public var bytes = 0
    /// Per hour of a session's being Active.
    public var packetsPerSessionHour = 0.0
    public var bytesPerSessionHour = 0.0

    public init() {}

    public init(packets: Int, bytes: Int, sessionHours: Double) {
        self.packets = packets
        self.bytes = bytes
        guard sessionHours > 0 else { return }
        packetsPerSessionHour = Double(packets) / sessionHours
        bytesPerSessionHour = Double(bytes) / sessionHours
    }
}

/// What somebody else than the server says of detections: over TCP the kernel, which lets go of the connection's socket; over
/// SPX and NetBEUI the wire.
public struct Witness: Codable, Equatable, Sendable {
    /// Detections that the witness confirms.
    public var matched = 0
    /// The largest time between the two, in seconds.
    public var largestDifference = 0.0

    public init() {}
}
