import Line
import Liveness
import Testing
import Time

/// Sessions behind an ISDN line that others have a use for twice an hour.
@Suite struct DialledLineTests {
    private static let line = "isdn-64k:idle=60s"
    private static let between = Duration.seconds(1800)
    private static let sessions = 20
    /// Three questions of two seconds in each round.
    private static let lineAware = "line-aware:line=unused,interval=10m,timeout=2s,tries=3"

    /// Also where calls come as often as rounds may.
    @Test(arguments: [Self.between, .seconds(600)])
    func nobodyIsCalledForLivenessAndEverybodyIsAskedInEachCall(between: Duration) throws {
        var bench = try SessionsOverALine(
            Self.sessions, under: try LivenessPolicy(parsing: Self.lineAware), over: Self.line, seed: 1)
        let calls = 8
        for _ in 0..<calls {
            bench.sendOther()
            bench.run(for: between)
        }
        #expect(bench.calls.count == calls)
        #expect(bench.calls.allSatisfy { $0.cause.length == 40 && $0.end == .idle }, "the others' packets placed them")
        #expect(bench.probes == Self.sessions * calls)
        #expect(bench.falseDisconnects.isEmpty)
        // All at once as soon as the line is up: twenty requests of 82 bytes at 64 kbit/s, and their answers, take
        // 0.4 s.
        for call in bench.calls { #expect(try #require(call.upTime) < .seconds(61)) }
    }

    /// T_D is the time to the next call, the dialling, and three questions of two seconds: wherever in between power
    /// is lost.
    @Test(arguments: [1, 300, 900, 1500, 1730])
    func deathIsKnownInTheNextCall(offset: Int) throws {
        var bench = try SessionsOverALine(
            Self.sessions, under: try LivenessPolicy(parsing: Self.lineAware), over: Self.line, seed: 2)
        bench.sendOther()
        // The call is over by then.
        bench.run(for: .seconds(64 + offset))
        bench.strike(7)
        bench.run(for: Self.between - .seconds(64 + offset))
        #expect(bench.detections.isEmpty && bench.calls.count == 1)
        bench.sendOther()
        bench.run(for: .seconds(120))
        let form = Self.between - .seconds(64 + offset) + .seconds(2) + .seconds(2 * 3)
        #expect(abs((try #require(bench.detections[7]) - form).inSeconds) < 0.001)
        #expect(bench.calls.count == 2 && bench.falseDisconnects.isEmpty)
    }

    /// A round that outlasts the line's idle time is why ``LineAware/tries`` is to be kept short: TCP's repetition of
    /// the question that nobody acknowledges finds the line hung up.
    @Test(arguments: [("4s", 0), ("2s", 1)])
    func aRoundThatOutlastsTheLineHasItDialled(idle: String, calls: Int) throws {
        let policy = try LivenessPolicy(parsing: "line-aware:line=unused,interval=15s,timeout=4s,tries=3")
        var bench = try SessionsOverALine(5, under: policy, over: "isdn-64k:dial=1s,idle=\(idle)", seed: 6)
        for second in [0, 300] {
            if second > 0 { bench.strike(3) }
            bench.sendOther()
            bench.run(for: .seconds(300))
        }
        #expect(bench.calls.count { $0.cause.length > 40 } == calls)
        #expect(bench.detections[3] != nil && bench.falseDisconnects.isEmpty)
    }

    /// What heartbeats do to the same line: a call for every round of them, and a bill by the tariff.
    @Test func heartbeatsPlaceCallsInProportion() throws {
        let tariff = try Tariff(parsing: "0.12 DEM/90s")
        for minutes in [5, 10, 20] {
            let policy = try LivenessPolicy(parsing: "heartbeat:interval=\(minutes)m,misses=3,timeout=10s")
            var bench = try SessionsOverALine(Self.sessions, under: policy, over: Self.line, seed: 3)
            bench.run(for: .seconds(6 * 3600 + 200))
            let rounds = 6 * 60 / minutes
            #expect(bench.probes == Self.sessions * rounds)
            #expect(bench.calls.count == rounds)
            // Each is up for its idle time and less than a second, and a unit begun is a unit paid.
            let charge = bench.calls.map { tariff.charge(for: $0, midnight: .zero) }.reduce(.zero, +)
            #expect(charge == Tariff.Money(tenThousandths: 1200) * rounds)
            #expect(bench.falseDisconnects.isEmpty)
        }
    }

    /// A line that takes longer to dial than a heartbeat is patient makes every client a dead one: held while
    /// dialling, answered too late.
    @Test func aHeartbeatThatIsLessPatientThanTheDiallingTakesEverybodyForDead() throws {
        let policy = try LivenessPolicy(parsing: "heartbeat:interval=10m,misses=1,timeout=1s")
        var bench = try SessionsOverALine(Self.sessions, under: policy, over: Self.line, seed: 4)
        bench.run(for: .seconds(700))
        #expect(bench.falseDisconnects.count == Self.sessions)
    }
}
