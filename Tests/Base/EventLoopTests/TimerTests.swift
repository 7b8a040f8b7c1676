import EventLoop
import LoopTestSupport
import Testing
import Time

@Suite struct TimerTests {
    /// The kernel's coarse clock and a timer wheel may be so early.
    private static let slack = Duration.milliseconds(8)

    @Test func timersFireOnceInTheirOrderAndNotEarly() throws {
        let loop = try EventLoop()
        let began = loop.now
        var fired: [(Int, Duration)] = []
        let timers = [120, 40, 80].map { delay in
            loop.after(.milliseconds(delay)) { fired.append((delay, loop.now - began)) }
        }
        loop.run(for: .milliseconds(400))
        #expect(fired.map(\.0) == [40, 80, 120])
        for (delay, elapsed) in fired { #expect(elapsed >= .milliseconds(delay) - Self.slack) }
        withExtendedLifetime(timers) {}
    }

    @Test func aRepeatingTimerGoesOnUntilItIsCancelled() throws {
        let loop = try EventLoop()
        var count = 0
        var timer: Timer?
        timer = loop.every(.milliseconds(5)) {
            count += 1
            if count == 10 { timer?.cancel() }
        }
        loop.run(for: .milliseconds(300))
        #expect(count == 10)
    }

    @Test func aTimerMayLetGoOfItselfInItsOwnCallback() throws {
        let loop = try EventLoop()
        var count = 0
        var timers: [Timer?] = [nil, nil]
        timers[0] = loop.every(.milliseconds(1)) {
            count += 1
            timers[0] = nil
        }
        timers[1] = loop.after(.milliseconds(1)) {
            count += 1
            timers[1] = loop.after(.milliseconds(1)) { count += 1 }
        }
        loop.run(for: .milliseconds(200))
        #expect(count == 3)
    }

    @Test func aTimerThatAnotherCancelsInTheSameInstantDoesNotFire() throws {
        let loop = try EventLoop()
        var fired: [Int] = []
        var timers: [Timer?] = []
        let time = loop.now + .milliseconds(20)
        timers = (0..<50).map { index in
            loop.at(time) {
                fired.append(index)
                for other in timers.indices where other != index { timers[other] = nil }
            }
        }
        loop.run(for: .milliseconds(200))
        #expect(fired.count == 1)
    }

    @Test func aTimeThatHasPassedIsNow() throws {
        let loop = try EventLoop()
        var fired = false
        let timer = loop.at(.zero) { fired = true }
        #expect(loop.run(for: .seconds(5)) { fired })
        withExtendedLifetime(timer) {}
    }

    /// The loop must not count from when the callback began.
    @Test func aTimerSetAtTheEndOfALongCallbackCountsFromThere() throws {
        let loop = try EventLoop()
        var set: MonotonicTime?
        var fired: MonotonicTime?
        var inner: Timer?
        let outer = loop.after(.zero) {
            let end = loop.now + .milliseconds(300)
            while loop.now < end {}
            set = loop.now
            inner = loop.after(.milliseconds(150)) { fired = loop.now }
        }
        #expect(loop.run(for: .seconds(10)) { fired != nil })
        let (start, end) = (try #require(set), try #require(fired))
        #expect(end - start >= .milliseconds(150) - Self.slack)
        withExtendedLifetime((outer, inner)) {}
    }
}
