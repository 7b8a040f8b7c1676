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
}
