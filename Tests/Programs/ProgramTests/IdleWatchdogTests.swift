import Foundation
import ProgramTestSupport
import MeasuringTestSupport
import Testing

/// What ten thousand idle SPX sessions cost a server and their clients, with the watchdog as shipped.
///
/// Processor time is the kernel's own count of it, so that others at work on the machine matter little.
@Suite(.serialized) struct IdleWatchdogTests {
    private static let sessions = isAsShipped ? 10_000 : 1000
    /// Programs built for debugging or with a sanitizer take many times as long: a tenth of the sessions may cost them as much.
    private static let isAsShipped = ProcessInfo.processInfo.environment["TSLAB_PROGRAMS"] != nil && !isSanitized
    /// Two of the watchdog's rounds (KeepAliveTimeout is 6 s, Q99745).
    private static let watched = Duration.seconds(12)
    /// Of one core.
    private static let mostOfACore = 0.05

    @Test func tenThousandIdleSessionsCostLittleOnEitherSide() throws {
        let server = try RunningServer(["--handshake-deadline", "2m"], listen: "spx://127.0.0.1:0")
        let load = try RunningProgram(
            "tsload",
            [
                "--target", server.target, "--clients", "\(Self.sessions)", "--rate", "1000", "--sources", "127.18.0.0",
            ])
        try eventually("all are on", within: .seconds(180)) {
            try server.sessions("Active") == Self.sessions || !load.isRunning
        }
        // The round in which they are still as they logged on, one behind the other.
        sleep(6)
        let probes = "tsserver_watchdog_probes_sent_packets_total{listener=\"rdp-spx\"}"
        let answers = "tsserver_watchdog_answers_sent_packets_total{listener=\"rdp-spx\"}"
        let before = try (nanoseconds(server.identifier), nanoseconds(load.identifier), server.metric(probes) + server.metric(answers))
        let clock = ContinuousClock()
        let start = clock.now
        usleep(UInt32(Self.watched.components.seconds) * 1_000_000)
        let elapsed = (clock.now - start) / .seconds(1)
        let after = try (nanoseconds(server.identifier), nanoseconds(load.identifier), server.metric(probes) + server.metric(answers))
        let shares = [after.0 - before.0, after.1 - before.1].map { Double($0) / 1e9 / elapsed }
        // Each session was asked by one side or the other in each round.
        #expect(after.2 - before.2 >= 2 * Self.sessions * 9 / 10)
        #expect(try server.sessions("Active") == Self.sessions)
        #expect(shares.allSatisfy { $0 < Self.mostOfACore }, "\(shares)")
        print("\(Self.sessions) idle SPX sessions, of a core:", shares.map { String(format: "%.2f %%", $0 * 100) })
    }

    /// What all threads of a process have had of processors (proc(5): schedstat).
    private func nanoseconds(_ process: Int32) throws -> Int {
        let tasks = "/proc/\(process)/task"
        return try FileManager.default.contentsOfDirectory(atPath: tasks).reduce(0) { sum, task in
            let text = try String(contentsOfFile: "\(tasks)/\(task)/schedstat", encoding: .utf8)
            return sum + (text.split(separator: " ").first.flatMap { Int($0) } ?? 0)
        }
    }
}
