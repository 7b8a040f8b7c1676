import Foundation
import Liveness
import Testing
import Time

/// Heartbeats and the adaptive policy on lines that lose packets and hold them up, with TCP's retransmissions
/// between. Both ask every five seconds, so that they cost the same; what differs is how long they wait.
@Suite struct BadLineTests {
    private struct Measured {
        var falsePerSessionHour: Double
        var meanDetection: Double
        var probesPerSessionHour: Double
    }

    private static let interval = 5.0
    private static let adaptive = "adaptive:interval=5s"

    /// The heartbeat whose closed form, interval / 2 + timeout, has this mean detection time.
    private func heartbeat(meanDetection: Double) -> String {
        "heartbeat:interval=5s,misses=1,timeout=\(Int((meanDetection - Self.interval / 2) * 1000))ms"
    }

    /// Sessions alone on lines of each kind, for half an hour each, and then struck.
    private func measure(_ text: String, over lines: [String], sessions: Int = 32) throws -> Measured {
        let policy = try LivenessPolicy(parsing: text)
        var (mistakes, probes) = (0, 0)
        var detections: [Double] = []
        for line in lines {
            for index in 0..<sessions {
                var bench = try SessionsOverALine(1, under: policy, over: line, seed: UInt64(index) + 1)
                bench.run(for: .seconds(1800))
                mistakes += bench.falseDisconnects.count
                probes += bench.probes
                // Every part of the interval alike.
                bench.run(for: .seconds(Self.interval * (Double(index) + 0.5) / Double(sessions)))
                bench.strike(0)
                bench.runUntilFound(limit: .seconds(600))
                detections.append(try #require(bench.detections[0]).inSeconds)
            }
        }
        let hours = Double(sessions * lines.count) / 2
        let measured = Measured(
            falsePerSessionHour: Double(mistakes) / hours,
            meanDetection: detections.reduce(0, +) / Double(detections.count),
            probesPerSessionHour: Double(probes) / hours)
        print(
            "\(lines.joined(separator: " and ")), \(text): "
                + String(
                    format: "%.2f false disconnects and %.0f probes a session-hour, T_D %.2f s in the mean",
                    measured.falsePerSessionHour, measured.probesPerSessionHour, measured.meanDetection))
        return measured
    }

    /// One policy for all clients of a server, of whom half are on a leased line and half on a bad one. The heartbeat
    /// that knows of a death as soon in the mean is too impatient for the bad line; the adaptive policy is patient
    /// there alone.
    @Test(arguments: ["wifi-lossy", "lte:jitter=300ms,loss=5%"])
    func whereLinesDifferItIsWrongLessOftenThanAHeartbeatThatIsAsQuick(bad: String) throws {
        let adaptive = try measure(Self.adaptive, over: ["t1", bad])
        let heartbeat = try measure(heartbeat(meanDetection: adaptive.meanDetection), over: ["t1", bad])
        // Struck right after a probe whose answer was lost, a session is found an interval sooner than the closed
        // form says.
        #expect(abs(heartbeat.meanDetection / adaptive.meanDetection - 1) < 0.08)
        #expect(abs(heartbeat.probesPerSessionHour / adaptive.probesPerSessionHour - 1) < 0.02)
        #expect(adaptive.falsePerSessionHour < heartbeat.falsePerSessionHour * 0.8)
        #expect(adaptive.falsePerSessionHour > 0, "a line that hurts nobody shows nothing")
    }

    /// On one line that does not change there is a best timeout, and learning it is no better than having been told.
    @Test func onOneLineAHeartbeatMadeForItIsAsGood() throws {
        let line = "lte:jitter=300ms,loss=5%"
        let adaptive = try measure(Self.adaptive, over: [line])
        let heartbeat = try measure(heartbeat(meanDetection: adaptive.meanDetection), over: [line])
        #expect(heartbeat.falsePerSessionHour < adaptive.falsePerSessionHour * 1.2)
        #expect(heartbeat.falsePerSessionHour > 0)
    }
}
