import Contracts
import Foundation
import Measurement

/// What became of a storm, for people and for programs.
public struct StressOutcome: Codable, Sendable, RunOutcome {
    public var schema = 1
    public var seed: UInt64
    public var clients: Int
    public var seconds: Double
    public var actions: Int
    public var logons: Int
    /// Logons that were given a Disconnected session, and clients turned away because a limit was reached.
    public var resumed: Int
    public var refused: Int
    /// Clients by what carried them, by its name.
    public var transports: [String: StressPassage]
    public var server: ProcessGrowth
    public var load: ProcessGrowth
    public var findings: [StressFinding]
    /// The file that holds the schedule.
    public var schedule: String
    /// The fewest first actions of it that were seen to fail, and the command that does no more than those.
    public var shortestFailingPrefix: Int?
    public var shortestFailingCommand: String?

    /// Which run it was, how it ended, and what of its evidence was lost, as in a matrix's results.
    public var run: RunInformation?
    public var ended: RunEnding?
    public var reason: String?
    public var evidenceLost: [String]?

    public var end = RunEnd()
    var directory: RunDirectory?

    private enum CodingKeys: CodingKey {
        case schema, seed, clients, seconds, actions, logons, resumed, refused, transports, server, load, findings, schedule
        case shortestFailingPrefix, shortestFailingCommand, run, ended, reason, evidenceLost
    }

    public var holds: Bool { findings.isEmpty }

    public var isShown: Bool { holds }

    mutating func complete(_ experiment: Experiment) {
        run = experiment.information
        end = experiment.end
        directory = experiment.directory
        (ended, reason, evidenceLost) = (end.ending, end.reason, end.lost)
    }

    /// Writes `results.json`.
    public func write() throws {
        if let directory { try JSONEncoder.forFiles.encode(self).write(to: directory.results) }
    }

    public var text: String {
        var lines = [
            "storm      seed \(seed): \(actions) actions in \(Int(seconds)) s, \(clients) users on two workstations each",
            "clients    \(logons) logons (\(resumed) resumed), \(refused) refused at a limit",
        ]
        lines += transports.sorted { $0.key < $1.key }.map { name, passage in
            let slowest = String(format: "%.2f s", passage.slowestDetectionSeconds)
            return "over \(name)   \(passage.sessions) sessions; \(passage.orphans) clients lost, known of after at most \(slowest)"
        }
        lines += ["tsserver   \(server)", "tsload     \(load)"]
        lines += findings.prefix(20).map { "VIOLATED   \($0)" }
        if findings.count > 20 { lines.append("           and \(findings.count - 20) more") }
        if end.ending != .complete {
            lines.append("holds      unknown: the run did not come to its end")
        } else if holds {
            lines.append("holds      every invariant")
        } else {
            lines.append("schedule   \(schedule)")
            if let shortestFailingCommand { lines.append("shortest   \(shortestFailingCommand)") }
        }
        return lines.joined(separator: "\n")
    }
}
