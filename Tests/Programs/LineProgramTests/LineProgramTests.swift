import EventLoop
import Foundation
import Glibc
import Lab
import Line
import LineControl
import Measurement
import Netlab
import NetlabTestSupport
import TemporaryTestSupport
import Testing
import Time

/// `tslab line` itself, as the lab runs it.
@Suite(.serialized, .enabled(if: access("/dev/net/tun", R_OK | W_OK) == 0, "there is no /dev/net/tun for this user"))
struct LineProgramTests {
    @Test(.enabled(if: Inside.isFirstStep))
    func suiteInside() throws {
        let said = try Inside.output(of: "LineProgramTests.LineProgramTests")
        #expect(said.contains("the line said its summary"), "\(said)")
    }

    @Test(.enabled(if: Inside.isSecondStep))
    func becomeInside() throws {
        try PrivateNetwork.reexecute(arguments: Inside.arguments(filter: "LineProgramTests.InsideTheNetwork"))
        Issue.record("not executed")
    }
}

@Suite(.enabled(if: PrivateNetwork.isInside)) struct InsideTheNetwork {
    private static let server = PrivateNetwork.serverAddress(1)
    private static let workstation = PrivateNetwork.workstations + 7

    /// Beside the test bundle, or one directory up on the way there.
    private static var tslab: String {
        var directory = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        while directory.path != "/" {
            directory = directory.deletingLastPathComponent()
            let candidate = directory.appendingPathComponent("tslab").path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
        }
        return "tslab"
    }

    @Test func callsAreCountedPricedAndExplained() throws {
        let directory = URL(fileURLWithPath: Temporary.path(""))
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let network = try PrivateNetwork(serverAddresses: 1, joint: .line)
        let loop = try EventLoop()
        func run(for time: Duration) {
            let timer = loop.after(time) { loop.stop() }
            loop.run()
            timer.cancel()
        }
        let line = try LineRun(
            try LinePlan(parsing: "isdn-64k:dial=100ms,idle=1s"), tariff: try Tariff(parsing: "0.12 DEM/90s,setup=0.05"),
            seed: 1, tslab: Self.tslab, directory: directory, on: loop, onReady: { loop.stop() })
        run(for: .seconds(10))
        let capture = try Capture(in: network, to: directory.appendingPathComponent("wire.pcapng").path)
        var states: [LineState?] = []
        let watch = LineWatch(line.control, on: loop) { states.append($0) }

        let listener = try NetworkNamespace.within("server") { PlainSocket.listener(Self.server, port: 3389) }
        let client = try NetworkNamespace.within("clients") {
            try #require(PlainSocket.connected(from: Self.workstation, to: Self.server, port: 3389))
        }
        let accepted = listener.accepted()
        accepted.keepAlive(idle: 2, interval: 1, count: 3)
        run(for: .milliseconds(7_500))
        // A cut line: the probe does not get there, and nothing is billed for it.
        watch.cut()
        run(for: .milliseconds(200))
        #expect(watch.state == .cut)
        watch.heal()
        var asked: LineSummary?
        watch.summary { asked = $0 }
        run(for: .milliseconds(200))
        let counts = try capture.stop()
        let summary = try line.stop()
        run(for: .milliseconds(200))
        let calls = try line.calls()
        let beginning = try #require(try line.entries().first)
        print("the line said its summary: \(summary)")

        // The connection's own call and one for each probe: 2 s after the last answer and 0.1 s of dialling.
        #expect(counts.dropped == 0)
        #expect(calls.count == summary.calls && 3...5 ~= summary.calls && asked?.calls == summary.calls)
        #expect(summary.charge == Double(summary.calls * 17) / 100 && summary.currency == "DEM")
        #expect(abs(summary.upSeconds - calls.compactMap(\.upTime).reduce(.zero, +).inSeconds) < 1e-6)
        #expect(states.contains(.dialling) && states.contains(.up) && states.contains(.cut) && states.last == .some(nil))

        let began = try #require(beginning.began)
        var causes = CallCauses(of: calls, wallClockOffset: began.wallClock - beginning.t.nanoseconds)
        let account = TrafficAccount(servers: [Self.server]) { _, _, _ in .sessionData }
        account.onPacket = { causes.add($0) }
        try account.read(capture.file)
        #expect(causes.classes == [.setupTeardown: 1, .keepAliveProbe: summary.calls - 1])
        #expect(causes.liveness == summary.calls - 1 && causes.unknown == 0)
        withExtendedLifetime((client, accepted)) {}
    }
}
