import EventLoop
import Liveness
import LoopTestSupport
import MeasuringTestSupport
import NBF
import Testing
import Time
import Transport

/// What sessions cost on which nothing happens but the watchdog.
@Suite(.serialized) struct NBFIdleCostTests {
    @Test func aMachineIsSmall() {
        // Beside it stand the connection object and two short arrays.
        #expect(MemoryLayout<SessionMachine>.size < 320)
    }

    /// Both ends of 2,000 sessions in one process, polled ten times as often as shipped.
    @Test func thousandsOfIdleSessionsCostLittle() throws {
        let bench = try TransportBench(.nbf, liveness: LivenessPolicy(NBFWatchdog(inactivity: .seconds(3))))
        var clients: [TransportBench.Client] = []
        for index in 0..<2000 {
            clients.append(try bench.connect(from: "127.8.\(index / 250).\(index % 250 + 1)"))
            // As fast as the socket's buffer takes the questions for the name, of which there are but three each.
            if index % 20 == 19 { _ = bench.loop.run(for: .seconds(5)) { clients.allSatisfy(\.program.hasOpened) } }
        }
        let opened = clients.count { $0.program.hasOpened }
        #expect(opened == clients.count)
        let before = bench.listener.livenessTraffic?.total.packets ?? 0
        let start = processorTime
        bench.loop.run(for: .seconds(6))
        let used = processorTime - start
        let packets = (bench.listener.livenessTraffic?.total.packets ?? 0) - before
        // A poll and its final, at least, each Ti.
        #expect(packets >= 2 * 2000)
        let lost = bench.accepted.count { $0.program.end != nil }
        #expect(lost == 0)
        // In a debug build; as shipped it would be a tenth of this.
        #expect(used < 3 || isSanitized)
        print("\(packets) watchdog frames of 2,000 sessions in 6 s took \(used) s of processor at both ends")
    }
}
