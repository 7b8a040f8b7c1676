import Faults
import Foundation
import Glibc
import Measurement
import Testing

/// How long servers that nobody here wrote hold dead connections, by their kernel.
extension LabRuns {
    @Suite struct WitnessTests {
        /// xrdp reads its keys as root or as its own user.
        private static let hasXrdp = access("/usr/sbin/xrdp", X_OK) == 0 && access("/etc/xrdp/rsakeys.ini", R_OK) == 0
        private static let hasRedis = access("/usr/bin/redis-server", X_OK) == 0

        /// Debian's xrdp asks for keepalive and leaves the values to the kernel.
        @Test(.enabled(if: hasXrdp, "needs xrdp and its keys"))
        func xrdpSeesWhatItsKernelSees() throws {
            let run = try Run(
                [
                    "--server", "/usr/sbin/xrdp --nodaemon --config /etc/xrdp/xrdp.ini", "--keepalive", "3s/1s/2", "--clients", "3",
                    "--horizon", "10s", "--fault", "power-off,reboot,hang,kill,disconnect,logoff",
                ], command: "witness")
            #expect(run.outcome.code == 0, "\(run.outcome.errors)")
            #expect(run.results.cells.allSatisfy { $0.faulted == 3 && $0.healthy == 1 && $0.falseDisconnects == 0 })
            // 3 s of silence and two probes 1 s apart (tcp(7)), counted from the last the client said, and a second.
            let power = try run.cell("foreign", .powerOff)
            #expect(try #require(power.detectionSeconds.max) <= 6 && #require(power.detections.first) >= 2)
            // Dark for 3 s; the next probe is answered with a reset.
            #expect(try #require(run.cell("foreign", .reboot).detectionSeconds.max) <= 6)
            let hang = try run.cell("foreign", .hang)
            #expect(hang.detected == 0 && hang.detectionSeconds.p50 == nil && hang.orphansAtHorizon == 3)
            for polite in [Fault.kill, .disconnect, .logoff] {
                #expect(try #require(run.cell("foreign", polite).detectionSeconds.max) < 1, "\(polite)")
            }
            let counts = try run.tshark("tcp.analysis.keep_alive or tcp.analysis.keep_alive_ack")
            #expect(run.results.cells.map(\.liveness.packets) == counts && counts.reduce(0, +) > 50)
        }

        /// Redis sets values of its own: a third of the time between probes, and three of them (anetKeepAlive in its anet.c).
        @Test(.enabled(if: hasRedis, "needs redis-server"))
        func plainConnectionsToRedis() throws {
            let run = try Run(
                [
                    "--server", "redis-server --port 6379 --protected-mode no --save '' --tcp-keepalive 3", "--port", "6379",
                    "--protocol", "tcp", "--clients", "3", "--horizon", "9s", "--fault", "power-off,hang,kill",
                ], command: "witness")
            #expect(run.outcome.code == 0, "\(run.outcome.errors)")
            #expect(try #require(run.cell("foreign", .powerOff).detectionSeconds.max) <= 7)
            #expect(try run.cell("foreign", .hang).detected == 0)
            #expect(try #require(run.cell("foreign", .kill).detectionSeconds.max) < 1)
        }
    }
}
