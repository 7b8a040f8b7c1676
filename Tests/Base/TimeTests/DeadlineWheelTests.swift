import Testing
import Time

@Suite struct DeadlineWheelTests {
    private func at(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }

    @Test func elementsFallDueNoEarlierThanAskedAndLessThanATickLate() {
        var wheel = DeadlineWheel<Int64>(tick: .milliseconds(50), ticks: 128)
        for due in stride(from: Int64(1000), to: 6000, by: 37) {
            wheel.add(due, slot: wheel.slot(for: at(due), at: at(900)), at: at(900))
        }
        var popped = 0
        for now in Int64(900)...6100 {
            while let (due, _) = wheel.popDue(at: at(now)) {
                #expect(due...(due + 50) ~= now)
                popped += 1
            }
        }
        #expect(popped == 136)
        #expect(wheel.count == 0)
    }

    @Test func whatLiesBeyondTheWheelFallsDueAtItsEnd() throws {
        var wheel = DeadlineWheel<String>(tick: .milliseconds(50), ticks: 8)
        let slot = wheel.slot(for: at(60_000), at: .zero)
        wheel.add("far", slot: slot, at: .zero)
        #expect(wheel.popDue(at: at(349)) == nil)
        let popped = wheel.popDue(at: at(350))
        let (element, due) = try #require(popped)
        #expect(element == "far")
        #expect(due == slot)
    }

    /// An element added again while the due ones are taken out does not come out in the same go.
    @Test func addingWhileTakingOutEnds() {
        var wheel = DeadlineWheel<Int>(tick: .milliseconds(50), ticks: 8)
        wheel.add(1, slot: wheel.slot(for: at(10), at: .zero), at: .zero)
        wheel.add(2, slot: wheel.slot(for: at(400), at: .zero), at: .zero)
        var taken = 0
        while let (element, _) = wheel.popDue(at: at(60)) {
            taken += 1
            wheel.add(element, slot: wheel.slot(for: at(60), at: at(60)), at: at(60))
        }
        #expect(taken == 1)
    }

    @Test func anEmptyWheelIsNotWoundThroughAllThatHasPassed() {
        var wheel = DeadlineWheel<Int>(tick: .milliseconds(50), ticks: 8)
        let now = at(365 * 86_400_000)
        wheel.add(1, slot: wheel.slot(for: now + .milliseconds(100), at: now), at: now)
        #expect(wheel.popDue(at: now) == nil)
        #expect(wheel.popDue(at: now + .milliseconds(150))?.element == 1)
    }
}
