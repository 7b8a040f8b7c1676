import Foundation
import Testing

/// Hangs and power cuts while there is always something to send.
extension LabRuns {
    @Suite struct StressTests {
        private static let run = Result {
            try Run([
                "--busy", "--transport", "tcp", "--clients", "10", "--horizon", "40s", "--fault", "power-off,hang", "--policy",
                "none,tcp-keepalive:time=5s,interval=1s,count=3,tcp-user-timeout:timeout=8s,heartbeat:interval=3s,misses=3",
            ])
        }

        @Test func showsEverythingItSetOutToShow() throws {
            let run = try Self.run.get()
            #expect(try run.broken() == [])
            #expect(run.outcome.code == 0)
        }

        @Test func withOutputPendingTheKernelFindsADeadMachineByItself() throws {
            let cell = try Self.run.get().cell("none", .powerOff)
            #expect(cell.detectionReasons == ["timed-out": 10])
        }

        @Test func theClosedWindowOfAHungClientKeepsARetransmittingServerAlive() throws {
            let run = try Self.run.get()
            let cell = try run.cell("none", .hang)
            #expect(cell.detected == 0 && cell.orphansAtHorizon == 10)
            // The probes of the window, which Linux sends as what tshark calls keep-alives, were answered to the end.
            let index = try #require(run.results.cells.firstIndex { $0.policy == "none" && $0.fault == .hang })
            #expect(try run.tshark("tcp.analysis.zero_window and not tcp.flags.reset == 1")[index] > 50)
        }

        @Test func userTimeoutEndsAClosedWindow() throws {
            let cell = try Self.run.get().cell("tcp-user-timeout", .hang)
            #expect(cell.detectionReasons == ["timed-out": 10])
            #expect(cell.reconnects.resumed == 10)
        }
    }
}
