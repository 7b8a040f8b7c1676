import Faults
import Foundation
import Liveness
import Measurement
import Time

/// What `tslab stress` is asked to do.
public struct StressPlan: Sendable {
    public var seed: UInt64
    public var length: Duration
    /// How many users; each has two workstations.
    public var clients: Int
    /// How many of the schedule's actions; nil for all.
    public var prefix: Int?
    /// Most runs made to find the shortest beginning that still fails.
    public var reruns = 6

    /// Quick to know, and patient enough for a busy machine.
    static let heartbeat = Heartbeat(interval: .seconds(2), misses: 3, timeout: .milliseconds(1_500))
    static let handshake = Duration.seconds(5)
    static let perUser = 2

    public init(seed: UInt64, length: Duration, clients: Int, prefix: Int? = nil) {
        self.seed = seed
        self.length = length
        self.clients = clients
        self.prefix = prefix
    }

    public var schedule: StressSchedule {
        let all = StressSchedule(seed: seed, clients: clients, length: length, patience: rules.latest)
        return prefix.map { all.prefix($0) } ?? all
    }

    /// Fewer sessions than the users could have, so that the limit is met.
    var sessionLimit: Int { max(2, clients * 3 / 2) }

    var rules: StressRules {
        let heartbeat = Self.heartbeat
        return StressRules(
            sessionLimit: sessionLimit, userLimit: Self.perUser,
            earliest: heartbeat.interval * (heartbeat.misses - 1) + heartbeat.timeout,
            latest: heartbeat.interval * heartbeat.misses + heartbeat.timeout, handshake: Self.handshake)
    }

    /// How long after the last action everything must have been found out.
    var settling: Duration { max(rules.latest, rules.handshake) + rules.grace + .seconds(2) }

    /// tsserver's options beside those of where it listens.
    var serverOptions: [String] {
        [
            "--liveness", LivenessPolicy.heartbeat(Self.heartbeat).description, "--max-sessions", "\(sessionLimit)",
            "--max-sessions-per-user", "\(Self.perUser)", "--handshake-deadline", DurationText.format(Self.handshake),
            "--allow-any-user",
        ]
    }
}

/// What became of a storm, for people and for programs.
public struct StressOutcome: Codable, Sendable {
    public var schema = 1
    public var seed: UInt64
    public var clients: Int
    public var seconds: Double
    public var actions: Int
    public var logons: Int
    /// Logons that were given a Disconnected session, and clients turned away because a limit was reached.
    public var resumed: Int
    public var refused: Int
    /// Clients lost for good while their sessions were Active, and the longest that one went unknown.
    public var orphans: Int
    public var slowestDetectionSeconds: Double
    public var server: ProcessGrowth
    public var load: ProcessGrowth
    public var findings: [StressFinding]
    /// The file that holds the schedule.
    public var schedule: String
    /// The fewest first actions of it that were seen to fail.
    public var shortestFailingPrefix: Int?

    public var holds: Bool { findings.isEmpty }

    public var text: String {
        var lines = [
            "storm      seed \(seed): \(actions) actions in \(Int(seconds)) s, \(clients) users on two workstations each",
            "clients    \(logons) logons (\(resumed) resumed), \(refused) refused at a limit; \(orphans) lost, known of after at most \(Duration.seconds(slowestDetectionSeconds).formatted(.units(allowed: [.seconds], fractionalPart: .show(length: 2))))",
            "tsserver   \(server)", "tsload     \(load)",
        ]
        lines += findings.prefix(20).map { "VIOLATED   \($0)" }
        if findings.count > 20 { lines.append("           and \(findings.count - 20) more") }
        if holds { lines.append("holds      every invariant") } else {
            lines.append("schedule   \(schedule)")
            if let shortestFailingPrefix {
                lines.append("shortest   tslab stress --seed \(seed) --for \(Int(seconds))s --clients \(clients) --prefix \(shortestFailingPrefix)")
            }
        }
        return lines.joined(separator: "\n")
    }
}
