import Describing
import Faults
import Line
import Liveness
import LoadGenerator
import ProgramTestSupport
import Testing
import Transport

/// Help screens fit 80 columns and name everything that there is.
@Suite struct HelpTests {
    private static let policies = LivenessPolicy.entries.flatMap { [$0.usage] + $0.parameters.compactMap(\.values.limits) }
    private static let faults = Fault.entries.map(\.name)
    private static let transports = TransportKind.entries.map(\.name)
    private static let protocols = LoadProtocol.entries.map(\.name)
    private static let lines = LinePlan.presets.map(\.name)

    @Test(arguments: [
        ("tsserver", [], policies + transports), ("tsload", [], faults + protocols + transports + ["lasting=3s"]), ("tsclient", [], []),
        ("tslab", [], []), ("tslab", ["reproduce"], policies + faults + transports), ("tslab", ["sweep"], lines),
        ("tslab", ["forecast"], lines), ("tslab", ["stress"], []), ("tslab", ["witness"], faults + protocols),
        ("tslab", ["line"], lines), ("tslab", ["describe"], []),
    ])
    func fitsAndIsWhole(program: String, command: [String], names: [String]) throws {
        let outcome = try Programs.run(program, command + ["--help"], limit: 20)
        let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.filter { $0.count > 80 } == [])
        // What was broken by the argument parser begins at the left edge.
        let words = outcome.output.split { $0 == "\n" || $0 == " " }.joined(separator: " ")
        for name in names { #expect(words.contains(name), "\(name)") }
    }

    @Test(arguments: [
        ("tsserver", ["--liveness", "heartbeet"], "unknown liveness policy 'heartbeet': use none, tcp-keepalive,"),
        ("tsserver", ["--liveness", "heartbeat:mises=2"], "heartbeat has no parameter 'mises': use interval, misses or timeout"),
        ("tslab", ["reproduce", "--fault", "poweroff"], "unknown fault 'poweroff': use power-off, reboot, hang,"),
        ("tslab", ["reproduce", "--transport", "ipx"], "unknown transport 'ipx': use tcp, spx or nbf"),
        ("tslab", ["reproduce", "--policy", "heartbeat+adaptive"], "take one of them"),
    ])
    func whatIsMisspeltIsAnsweredWithWhatThereIs(program: String, arguments: [String], said: String) throws {
        let outcome = try Programs.run(program, arguments, limit: 20)
        #expect(outcome.code != 0 && outcome.errors.contains(said), "\(outcome.code): \(outcome.errors)")
    }
}
