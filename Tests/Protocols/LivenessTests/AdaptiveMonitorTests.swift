import Testing
import Time

@testable import Liveness

@Suite struct AdaptiveMonitorTests {
    /// The normal distribution's upper tail, from tables: 2.326348 standard deviations leave 1 %, 5.612001 leave 1e-8.
    @Test(arguments: [(2.0, 2.326348), (8.0, 5.612001)])
    func phiIsTheTailOfTheNormalDistribution(threshold: Double, deviations: Double) {
        let detector = PhiAccrual(interval: .seconds(1), threshold: threshold)
        #expect(abs(detector.deviations - deviations) < 1e-5)
    }

    /// Drives a monitor with answers that come `delay(n)` after the n-th probe, until `silence`.
    private func timeOfDeath(
        _ detector: PhiAccrual, silence: Duration, until end: Duration = .seconds(600), delay: (Int) -> Duration
    ) -> Duration? {
        var monitor = AdaptiveMonitor<Int>(detector)
        let watch = monitor.start(7, at: .zero)
        var answers: [(at: MonotonicTime, sequence: UInt16)] = []
        var probes = 0
        while let next = ([monitor.nextDeadline].compactMap { $0 } + answers.prefix(1).map(\.at)).min(), next <= .zero + end {
            if let answer = answers.first, answer.at == next {
                answers.removeFirst()
                monitor.heard(watch, at: next)
                monitor.answered(watch, sequence: answer.sequence, at: next)
            }
            while let effect = monitor.next(at: next) {
                switch effect {
                case .dead(let token):
                    #expect(token == 7)
                    return next - .zero
                case .probe(_, let sequence):
                    probes += 1
                    let answer = next + delay(probes)
                    if answer - .zero < silence { answers.append((answer, sequence)) }
                    answers.sort { ($0.at, $0.sequence) < ($1.at, $1.sequence) }
                }
            }
        }
        return nil
    }

    @Test func aRegularClientIsMissedSoon() throws {
        let detector = PhiAccrual(interval: .seconds(5))
        let death = try #require(timeOfDeath(detector, silence: .seconds(102)) { _ in .milliseconds(20) })
        // The last answer came at 100.02 s. An interval later the next is due, and 5.612 times the least deviation of
        // 200 ms is 1.122 s.
        #expect(abs((death - .milliseconds(106_142)).inSeconds) < 0.01)
    }

    @Test func anUnevenLineEarnsTimeout() throws {
        let detector = PhiAccrual(interval: .seconds(5))
        // Answers come at once or 2 s late in turn: times between them are 3 s and 7 s, a deviation of 2 s.
        let uneven = try #require(
            timeOfDeath(detector, silence: .seconds(201)) { $0.isMultiple(of: 2) ? .seconds(2) : .milliseconds(1) })
        // The last answer came at 195.001 s: 5 s of mean and 5.612 deviations of 2 s later. The window's own mean and
        // deviation differ a little, by which of the two kinds it holds one more of.
        #expect(abs((uneven - .milliseconds(211_225)).inSeconds) < 0.3)
    }

    @Test func aSlowLineIsNotTakenForDeath() {
        // 30 s late every time, which is six probes: slow, and perfectly regular.
        let detector = PhiAccrual(interval: .seconds(5))
        var monitor = AdaptiveMonitor<Int>(detector)
        let watch = monitor.start(1, at: .zero)
        // The first answers come within the first timeout; then the line grows slower by and by.
        var now = MonotonicTime.zero
        for step in 0..<200 {
            now = now + .seconds(5) + .milliseconds(min(step, 40) * 20)
            monitor.heard(watch, at: now)
            monitor.answered(watch, sequence: UInt16(step), at: now)
            while let effect = monitor.next(at: now) {
                if case .dead = effect { Issue.record("dead at \(now)") }
            }
        }
    }

    /// The line is held up for three probes every now and then, and the answers come all at once. They were answered
    /// regularly; what is learnt is what the others say.
    @Test func answersThatWereHeldUpTrainNothing() throws {
        let detector = PhiAccrual(interval: .seconds(5))
        let regular = try #require(timeOfDeath(detector, silence: .seconds(302)) { _ in .milliseconds(20) })
        let heldUp = try #require(
            timeOfDeath(detector, silence: .seconds(302)) { probe in
                // Probes 8, 9 and 10 of each dozen are answered together, 20 ms after probe 10.
                8...10 ~= probe % 12 ? .seconds(5 * (10 - probe % 12)) + .milliseconds(20) : .milliseconds(20)
            })
        #expect(abs((heldUp - regular).inSeconds) < 0.01)
    }

    /// A line on which an answer always takes longer than the next probe: as regular as any.
    @Test func alwaysLateIsRegular() throws {
        let detector = PhiAccrual(interval: .seconds(5))
        let death = try #require(timeOfDeath(detector, silence: .seconds(112)) { _ in .milliseconds(12_020) })
        // The last answer came at 107.02 s; as for a client that answers at once, 5 s and 1.122 s later.
        #expect(abs((death - .milliseconds(113_142)).inSeconds) < 0.01)
    }

    /// Answers that come twice, and answers to probes that were not sent, are signs of life and nothing more.
    @Test func whatWasNotAskedForTrainsNothing() throws {
        let detector = PhiAccrual(interval: .seconds(5))
        var monitor = AdaptiveMonitor<Int>(detector)
        let watch = monitor.start(1, at: .zero)
        var now = MonotonicTime.zero
        var dead: MonotonicTime?
        while dead == nil, now < .zero + .seconds(400) {
            now = monitor.nextDeadline ?? now
            while let effect = monitor.next(at: now) {
                switch effect {
                case .dead: dead = now
                case .probe(_, let sequence) where now <= .zero + .seconds(200):
                    for answer in [sequence, sequence, sequence &+ 1, sequence &+ 100] {
                        monitor.heard(watch, at: now)
                        monitor.answered(watch, sequence: answer, at: now)
                    }
                case .probe: break
                }
            }
        }
        // The last answer came at 200 s.
        #expect(abs((try #require(dead) - .zero).inSeconds - 206.122) < 0.01)
    }

    @Test func aStoppedSessionIsForgotten() {
        var monitor = AdaptiveMonitor<Int>(PhiAccrual(interval: .seconds(1)))
        monitor.stop(monitor.start(1, at: .zero))
        #expect(monitor.next(at: .zero + .seconds(100)) == nil)
        #expect(monitor.nextDeadline == nil)
    }
}
