import Foundation
import Lab
import Measurement
import ProgramTestSupport
import TemporaryTestSupport
import Testing

/// A storm that is held to what no server can keep, so that it must fail.
extension LabRuns {
    @Suite struct StormTests {
        @Test func aBrokenInvariantIsToldWithTheShortestStormThatBreaksIt() throws {
            let directory = try Temporary.directory()
            let run = try Programs.run(
                "tslab",
                [
                    "stress", "--json", "--seed", "5", "--for", "8s", "--clients", "12", "--bound", "1s", "--reruns", "1",
                    "--out", directory.path,
                ], limit: 120)
            #expect(run.code == 1)
            let outcome = try JSONDecoder().decode(StressOutcome.self, from: Data(run.output.utf8))
            #expect(Set(outcome.findings.map(\.rule)) == [.orphan])
            #expect(Set(outcome.transports.keys) == ["tcp", "spx", "nbf"])
            let late = outcome.transports.values.filter { $0.slowestDetectionSeconds > 2 }
            #expect(late.count == 3 && late.allSatisfy { $0.sessions > $0.orphans })
            // Half of the schedule was tried, and fails or does not.
            let shortest = try #require(outcome.shortestFailingPrefix)
            #expect([outcome.actions, outcome.actions / 2].contains(shortest))
            let command = "tslab stress --seed 5 --for 8s --clients 12 --transport tcp,spx,nbf --bound 1s"
            #expect(outcome.shortestFailingCommand == command + " --prefix \(shortest)")
            let kept = try String(contentsOf: URL(fileURLWithPath: outcome.schedule), encoding: .utf8).split(separator: "\n")
            #expect(kept.first == "# \(command)" && kept.count == outcome.actions + 1)
        }
    }
}
