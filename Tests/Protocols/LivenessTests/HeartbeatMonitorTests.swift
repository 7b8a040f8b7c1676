import Liveness
import MeasuringTestSupport
import Random
import Testing
import Time

@Suite struct HeartbeatMonitorTests {
    /// What becomes of one client that answers after `delay` until it falls silent at `death`.
    private static func detection(
        _ heartbeat: Heartbeat, answersAfter delay: Duration, death: MonotonicTime, until limit: MonotonicTime
    ) -> MonotonicTime? {
        var monitor = HeartbeatMonitor<Int>(heartbeat)
        let watch = monitor.start(1, at: .zero)
        var answers: [MonotonicTime] = []
        while true {
            let due = [monitor.nextDeadline, answers.first].compactMap { $0 }.min() ?? limit
            if due >= limit { return nil }
            if let answer = answers.first, answer <= due {
                answers.removeFirst()
                monitor.heard(watch, at: answer)
                continue
            }
            while let effect = monitor.next(at: due) {
                switch effect {
                case .probe: if due + delay <= death { answers.append(due + delay) }
                case .dead: return due
                }
            }
        }
    }

    @Test(arguments: [
        Heartbeat(interval: .seconds(30), misses: 3), Heartbeat(interval: .seconds(5), misses: 1),
        Heartbeat(interval: .seconds(2), misses: 4, timeout: .seconds(2)),
        Heartbeat(interval: .milliseconds(100), misses: 2, timeout: .milliseconds(1)),
    ])
    func silenceIsFoundWithinItsBounds(heartbeat: Heartbeat) throws {
        var random = SeededGenerator(seed: 7)
        let interval = heartbeat.interval
        let earliest = interval * (heartbeat.misses - 1) + heartbeat.timeout
        let latest = interval * heartbeat.misses + heartbeat.timeout
        // Anywhere between two probes, and at the very moment of one and beside it.
        let offsets =
            [0, 1, -1].map { Duration.nanoseconds($0) }
            + (0..<500).map { _ in Duration.nanoseconds(Int64.random(in: 1..<interval.nanoseconds, using: &random)) }
        for offset in offsets {
            let death = MonotonicTime.zero + interval * 5 + offset
            let found = try #require(Self.detection(heartbeat, answersAfter: .zero, death: death, until: death + latest * 2))
            #expect(found - death > earliest || offset == .nanoseconds(-1) && found - death >= earliest, "\(offset)")
            #expect(found - death <= latest, "\(offset)")
        }
    }

    @Test func aClientThatAnswersInTimeIsNeverTakenForDead() {
        for timeout in [1, 400, 800, 3_000] {
            let heartbeat = Heartbeat(interval: .seconds(3), misses: 1, timeout: .milliseconds(timeout))
            let never = MonotonicTime.zero + .seconds(1 << 30)
            let found = Self.detection(
                heartbeat, answersAfter: .milliseconds(timeout) - .nanoseconds(1), death: never, until: .zero + .seconds(86_400))
            #expect(found == nil, "timeout \(timeout) ms")
        }
    }

    @Test func anAnswerThatIsAlwaysTooLateIsNoDeathWhileMoreMissesAreAllowed() {
        let heartbeat = Heartbeat(interval: .seconds(3), misses: 2, timeout: .milliseconds(500))
        let never = MonotonicTime.zero + .seconds(1 << 30)
        #expect(Self.detection(heartbeat, answersAfter: .seconds(1), death: never, until: .zero + .seconds(3_600)) == nil)
    }

    @Test func aWatchThatWasStoppedSaysNothingMore() {
        var monitor = HeartbeatMonitor<String>(Heartbeat(interval: .seconds(1), misses: 1))
        let old = monitor.start("old", at: .zero)
        monitor.stop(old)
        let new = monitor.start("new", at: .zero + .milliseconds(500))
        // The old watch's slot has the new one in it.
        monitor.heard(old, at: .zero + .milliseconds(500))
        monitor.stop(old)
        var said: [String] = []
        for millisecond in 0..<4_000 {
            while let effect = monitor.next(at: .zero + .milliseconds(millisecond)) {
                switch effect {
                case .probe(let token, _): said.append("probe \(token) \(millisecond)")
                case .dead(let token): said.append("dead \(token) \(millisecond)")
                }
            }
        }
        #expect(said == ["probe new 1500", "dead new 2300"])
        monitor.stop(new)
        #expect(monitor.next(at: .zero + .seconds(99)) == nil && monitor.nextDeadline == nil)
    }

    @Test func probesAreNumberedAndGoOutOncePerInterval() {
        var monitor = HeartbeatMonitor<Int>(Heartbeat(interval: .seconds(2), misses: 3))
        let watch = monitor.start(1, at: .zero)
        var numbers: [UInt16] = []
        for second in 1...20 {
            while let effect = monitor.next(at: .zero + .seconds(second)) {
                guard case .probe(_, let number) = effect else {
                    Issue.record("dead")
                    return
                }
                numbers.append(number)
                monitor.heard(watch, at: .zero + .seconds(second))
            }
        }
        #expect(numbers == Array(1...10))
    }

    /// A server that was held up judges nobody by probes that it could not send.
    @Test func aStalledServerTakesNobodyForDead() {
        var monitor = HeartbeatMonitor<Int>(Heartbeat(interval: .seconds(1), misses: 2))
        let watch = monitor.start(1, at: .zero)
        var effects = 0
        while let effect = monitor.next(at: .zero + .seconds(3_600)) {
            effects += 1
            guard case .probe = effect else {
                Issue.record("dead")
                return
            }
        }
        #expect(effects == 1)
        monitor.heard(watch, at: .zero + .seconds(3_600))
        while let effect = monitor.next(at: .zero + .seconds(7_200)) {
            guard case .probe = effect else {
                Issue.record("dead")
                return
            }
        }
    }

    /// Two minutes of a hundred thousand sessions, all well but ten.
    @Test func aHundredThousandSessionsCostLittle() {
        var monitor = HeartbeatMonitor<Int>(Heartbeat(interval: .seconds(30), misses: 3))
        let watches = (0..<100_000).map { monitor.start($0, at: .zero + .microseconds(300 * $0)) }
        var dead: Set<Int> = []
        var probes = 0
        let began = processorTime
        while let due = monitor.nextDeadline, due < .zero + .seconds(125) {
            while let effect = monitor.next(at: due) {
                switch effect {
                case .probe(let token, _):
                    probes += 1
                    if token % 10_000 != 0 { monitor.heard(watches[token], at: due) }
                case .dead(let token): dead.insert(token)
                }
            }
        }
        let elapsed = processorTime - began
        #expect(dead == Set(stride(from: 0, to: 100_000, by: 10_000)))
        #expect(probes > 300_000)
        print("\(probes) probes of 100,000 sessions in \(elapsed) s of processor time")
        // A tenth of the processor is far more than "next to nothing"; a debug build takes a few seconds, one with a sanitizer
        // any number.
        #expect(elapsed < 12 || isSanitized)
    }
}
