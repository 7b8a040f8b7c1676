import Liveness
import Measurement
import Testing
import Time

/// Each policy's monitor on virtual time against the formula of its parameters.
@Suite struct ClosedFormTests {
    private static let policies = [
        "heartbeat:interval=30s,misses=3", "heartbeat:interval=5s,misses=1,timeout=300ms",
        "heartbeat:interval=2s,misses=4,timeout=2s", "adaptive:interval=5s", "adaptive:interval=30s,threshold=3",
    ]

    /// What becomes of a client that answers at once until `death`.
    private func run(
        _ policy: LivenessPolicy, death: MonotonicTime, until end: MonotonicTime
    ) throws -> (found: Duration?, probes: Int) {
        var monitor = try #require(policy.monitor(of: Int.self))
        let watch = monitor.start(1, at: .zero)
        var probes = 0
        while let due = monitor.nextDeadline, due <= end {
            while let effect = monitor.next(at: due) {
                switch effect {
                case .probe(_, let sequence):
                    probes += 1
                    guard due <= death else { continue }
                    monitor.heard(watch, at: due)
                    monitor.answered(watch, sequence: sequence, at: due)
                case .dead: return (due - death, probes)
                }
            }
        }
        return (nil, probes)
    }

    /// The formulas by hand: heartbeat (misses - 1/2) interval + timeout, adaptive interval / 2 + z x 200 ms, where z
    /// leaves 10^-threshold in the normal distribution's tail (5.612 and 3.090, from tables); keepalive time / 2 +
    /// interval x count.
    @Test(arguments: [
        ("heartbeat:interval=30s,misses=3", 75.8, 120.0), ("heartbeat:interval=2s,misses=4,timeout=2s", 9, 1800),
        ("adaptive:interval=5s", 3.6224, 720), ("adaptive:interval=30s,threshold=3", 15.6180, 120),
        ("tcp-keepalive:time=60s,interval=2s,count=3", 36, 60), ("tcp-keepalive", 3605, 0.5),
        ("tcp-keepalive:time=2s,interval=5s,count=2", 12.5, 720),
        // Linux's tcp_keepalive_timer, by hand: with a user timeout of 8 s the probes of a silence go at 5, 7 and 9 s, and the
        // timer at 9 s is the first that finds 8 s gone by, whatever the count is; with 2 s it is the first behind a probe.
        ("tcp-keepalive:time=5s,interval=2s,count=9+tcp-user-timeout:timeout=8s", 6.5, 720),
        ("tcp-keepalive:time=5s,interval=2s,count=9+tcp-user-timeout:timeout=2s", 4.5, 720),
        ("tcp-keepalive:time=60s,interval=2s,count=3+challenge", 36, 60),
    ])
    func theFormulaIsThatOfTheParameters(text: String, mean: Double, probes: Double) throws {
        let form = try #require(try LivenessPolicy(parsing: text).closedForm)
        #expect(abs(form.meanDetection.inSeconds - mean) < 1e-3)
        #expect(abs(form.probesPerSessionHour - probes) < 1e-9)
    }

    @Test(arguments: policies)
    func deathIsFoundWhenTheFormulaSays(text: String) throws {
        let policy = try LivenessPolicy(parsing: text)
        let form = try #require(policy.closedForm)
        let (phases, period) = (200, form.detection.upperBound - form.detection.lowerBound)
        var times: [Double] = []
        for phase in 0..<phases {
            // Long enough after the start for the adaptive one to have learnt.
            let death = MonotonicTime.zero + period * 40 + period * (Double(phase) + 0.5) / Double(phases)
            let found = try #require(try run(policy, death: death, until: death + form.detection.upperBound * 2).found)
            // Deviations are reckoned in floating point.
            let slack = Duration.milliseconds(5)
            #expect(form.detection.lowerBound - slack...form.detection.upperBound + slack ~= found)
            times.append(found.inSeconds)
        }
        let mean = times.reduce(0, +) / Double(phases)
        #expect(abs(mean / form.meanDetection.inSeconds - 1) < 0.005, "\(mean) s")
    }

    @Test(arguments: policies)
    func asManyProbesGoOutAsTheFormulaSays(text: String) throws {
        let policy = try LivenessPolicy(parsing: text)
        let hours = 10
        let end = MonotonicTime.zero + .seconds(hours * 3600)
        let run = try run(policy, death: end, until: end)
        #expect(run.found == nil)
        #expect(Double(run.probes) == (try #require(policy.closedForm)).probesPerSessionHour * Double(hours))
    }

    @Test(arguments: policies + ["tcp-keepalive", "tcp-keepalive:time=20s,interval=2s,count=3"])
    func nothingGoesBelowTheBound(text: String) throws {
        let form = try #require(try LivenessPolicy(parsing: text).closedForm)
        let bound = try #require(
            LivenessBound(detection: form.detection.upperBound, loss: 0, falseDisconnectsPerSessionHour: 0))
        #expect(form.probesPerSessionHour >= (try #require(bound.probesPerSessionHour)))
    }

    @Test(arguments: [
        "none", "challenge", "line-aware:line=x", "clock", "tcp-user-timeout", "spx-watchdog",
        // Keepalive's timer rests while the clock's updates are in flight.
        "tcp-keepalive+clock:interval=1m",
    ])
    func whoFindsNobodyByItselfHasNone(text: String) throws {
        #expect(try LivenessPolicy(parsing: text).closedForm == nil)
    }
}
