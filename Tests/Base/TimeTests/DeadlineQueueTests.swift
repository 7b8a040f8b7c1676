import Testing
import Time

@Suite struct DeadlineQueueTests {
    @Test func elementsFallDueInTheOrderTheyWereAdded() {
        var queue = DeadlineQueue<String>(delay: .seconds(30))
        queue.add("first", at: .zero)
        queue.add("second", at: .zero + .seconds(1))
        #expect(queue.next == .zero + .seconds(30))
        #expect(queue.popDue(at: .zero + .seconds(29)) == nil)
        #expect(queue.popDue(at: .zero + .seconds(30)) == "first")
        #expect(queue.popDue(at: .zero + .seconds(30)) == nil)
        #expect(queue.popDue(at: .zero + .seconds(99)) == "second")
        #expect(queue.next == nil)
    }

    /// Whoever was added later falls due later, whatever the clock says meanwhile.
    @Test func aClockThatGoesBackKeepsTheOrder() {
        var queue = DeadlineQueue<String>(delay: .seconds(30))
        queue.add("first", at: .zero + .seconds(10))
        queue.add("second", at: .zero + .seconds(4))
        queue.add("third", at: .zero + .seconds(11))
        #expect(queue.next == .zero + .seconds(40))
        #expect(queue.popDue(at: .zero + .seconds(39)) == nil)
        #expect(queue.popDue(at: .zero + .seconds(40)) == "first")
        #expect(queue.next == .zero + .seconds(40))
        #expect(queue.popDue(at: .zero + .seconds(40)) == "second")
        #expect(queue.popDue(at: .zero + .seconds(40)) == nil && queue.next == .zero + .seconds(41))
        #expect(queue.count == 1)
    }
}
