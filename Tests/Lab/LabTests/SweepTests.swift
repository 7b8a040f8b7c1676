import Faults
import Foundation
import Measurement
import ProgramTestSupport
import Testing

/// Policies over a line that is dialled on demand, with the real programs and a real line between them.
extension LabRuns {
    @Suite(.enabled(if: access("/dev/net/tun", R_OK | W_OK) == 0, "there is no /dev/net/tun for this user"))
    struct SweepTests {
        private static let run = Result {
            try Run(
                [
                    "--clients", "3", "--horizon", "85s", "--fault", "power-off", "--policy",
                    "none;tcp-keepalive:time=15s,interval=2s,count=5;heartbeat:interval=15s,misses=2,timeout=5s;"
                        + "challenge:timeout=5s;line-aware:interval=15s,timeout=4s,tries=3",
                ], command: "sweep")
        }

        @Test func showsEverythingItSetOutToShow() throws {
            let run = try Self.run.get()
            #expect(try run.broken() == [])
            #expect(run.outcome.code == 0)
        }

        @Test(arguments: ["none", "challenge", "line-aware"]) func noCallIsPlacedToAsk(policy: String) throws {
            let line = try Self.run.get().cell(policy, .powerOff).line
            #expect(line.livenessCalls == 0 && line.livenessCharge == 0)
            // The one who works has the line dialled all the same.
            #expect(line.calls > 0 && line.causes.keys.allSatisfy { ["sessionData", "sessionAck"].contains($0) })
        }

        @Test(arguments: ["tcp-keepalive", "heartbeat"]) func whoAsksRegularlyPaysForIt(policy: String) throws {
            let run = try Self.run.get()
            let (asking, silent) = (try run.cell(policy, .powerOff).line, try run.cell("none", .powerOff).line)
            #expect(asking.livenessCalls > 0 && asking.upSeconds > silent.upSeconds)
            #expect(asking.charge == Double(asking.calls) * 0.12 && asking.currency == "DEM")
        }

        /// The line comes up for the letter that is typed every 35 s, and the next of them is enough.
        @Test func aLineThatIsUpAnywayTellsWhoIsGone() throws {
            let cell = try Self.run.get().cell("line-aware", .powerOff)
            #expect(try #require(cell.detectionSeconds.max) <= 35 + 3 * 4 + 2)
            #expect(cell.falseDisconnects == 0 && cell.reconnects.resumed == 3)
        }

        @Test func aChallengeGivesEverybodyHisSessionInTheSameLogon() throws {
            let cell = try Self.run.get().cell("challenge", .powerOff)
            #expect(cell.reconnects.resumed == 3 && cell.reconnects.blocked == 0)
        }
    }
}
