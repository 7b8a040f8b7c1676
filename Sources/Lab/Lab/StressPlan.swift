import Faults
import Foundation
import Liveness
import Measurement
import Time
import Transport

/// What `tslab stress` is asked to do.
public struct StressPlan: Sendable {
    public var seed: UInt64
    public var length: Duration
    /// How many users; each has two workstations.
    public var clients: Int
    /// What the clients come over: a user's two workstations over different ones where there are three.
    public var transports: [TransportKind]
    /// Every orphan is to be found within this; nil for what the policy needs at most.
    public var bound: Duration?
    /// How many of the schedule's actions; nil for all.
    public var prefix: Int?
    /// Most runs made to find the shortest beginning that still fails.
    public var reruns = 6

    /// Quick to know, and patient enough for a busy machine.
    static let heartbeat = Heartbeat(interval: .seconds(2), misses: 3, timeout: .milliseconds(1_500))
    static let handshake = Duration.seconds(5)
    static let perUser = 2

    public init(
        seed: UInt64, length: Duration, clients: Int, transports: [TransportKind] = TransportKind.allCases, prefix: Int? = nil
    ) {
        self.seed = seed
        self.length = length
        self.clients = clients
        self.transports = transports
        self.prefix = prefix
    }

    public var schedule: StressSchedule {
        let all = StressSchedule(seed: seed, clients: clients, length: length, timeout: detectionBound)
        return prefix.map { all.prefix($0) } ?? all
    }

    /// Fewer sessions than the users could have, so that the limit is met.
    var sessionLimit: Int { max(2, clients * 3 / 2) }

    /// When the policy knows of a lost client at the latest, whatever the transport: heartbeats go over each, and the
    /// watchdogs of SPX and NetBEUI as shipped are slower.
    private var detectionBound: Duration { Self.heartbeat.interval * Self.heartbeat.misses + Self.heartbeat.timeout }

    var rules: StressRules {
        let heartbeat = Self.heartbeat
        return StressRules(
            sessionLimit: sessionLimit, userLimit: Self.perUser,
            earliest: heartbeat.interval * (heartbeat.misses - 1) + heartbeat.timeout,
            latest: bound ?? detectionBound, handshake: Self.handshake)
    }

    /// How long after the last action everything must have been found out.
    var settling: Duration { max(detectionBound, rules.handshake) + rules.grace + .seconds(2) }

    /// The command line that does the same.
    func command(prefix: Int?) -> String {
        var command = "tslab stress --seed \(seed) --for \(DurationText.format(length)) --clients \(clients)"
        command += " --transport " + transports.map(\.rawValue).joined(separator: ",")
        if let bound { command += " --bound \(DurationText.format(bound))" }
        return command + (prefix.map { " --prefix \($0)" } ?? "")
    }

    /// tsserver's options beside those of where it listens.
    var serverOptions: [String] {
        [
            "--liveness", LivenessPolicy.heartbeat(Self.heartbeat).description, "--max-sessions", "\(sessionLimit)",
            "--max-sessions-per-user", "\(Self.perUser)", "--handshake-deadline", DurationText.format(Self.handshake),
            "--allow-any-user",
        ]
    }
}
