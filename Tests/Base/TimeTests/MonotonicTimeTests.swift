import Testing
import Time

@Suite struct MonotonicTimeTests {
    /// Sums of times that a command line can say end at the end of time.
    @Test func timeEndsInsteadOfOverflowing() {
        let late = MonotonicTime(nanoseconds: .max - 1)
        #expect((late + .seconds(1 << 33)).nanoseconds == .max)
        #expect((late + .nanoseconds(1)).nanoseconds == .max)
        #expect((MonotonicTime(nanoseconds: .min + 1) + .seconds(-5)).nanoseconds == .min)
        #expect((late + .nanoseconds(-1)).nanoseconds == .max - 2)
    }
}
