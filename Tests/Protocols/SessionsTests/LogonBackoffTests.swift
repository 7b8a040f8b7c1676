import Sessions
import Testing
import Time

/// Waits for those who guess passwords, on virtual time.
@Suite struct LogonBackoffTests {
    private static let address = "198.18.0.7"

    /// Fails as soon as it may, so many times; the waits in between, in seconds.
    private func waits(_ count: Int, name: String?, addresses: (Int) -> String) -> [Double] {
        var backoff = LogonBackoff()
        var now = MonotonicTime(nanoseconds: 5_000_000_000)
        return (0..<count).map { number in
            backoff.failed(address: addresses(number), name: name, at: now)
            let wait = backoff.wait(address: addresses(number + 1), name: name, at: now) ?? .zero
            now = now + wait
            return wait.inSeconds
        }
    }

    @Test func threeSlipsAreFreeAndThenTheWaitDoubles() {
        #expect(waits(12, name: nil) { _ in Self.address } == [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 64, 64])
    }

    /// From as many addresses as he likes, a name can be guessed at every four seconds.
    @Test func aNameIsHeldUpWhereverItIsTriedFromButLess() {
        #expect(waits(8, name: "Anna") { "198.18.0.\($0)" } == [0, 0, 0, 1, 2, 4, 4, 4])
    }

    @Test func othersAreNotHeldUp() {
        var backoff = LogonBackoff()
        for _ in 0..<9 { backoff.failed(address: Self.address, name: "anna", at: at(5)) }
        #expect(backoff.wait(address: Self.address, name: "bert", at: at(5)) != nil, "the address is")
        #expect(backoff.wait(address: "198.18.0.8", name: "ANNA", at: at(5)) != nil, "the name is")
        #expect(backoff.wait(address: "198.18.0.8", name: "bert", at: at(5)) == nil)
        #expect(backoff.wait(address: "198.18.0.8", name: nil, at: at(5)) == nil, "where she is known to come from she is not")
    }

    @Test func aLogonClearsTheNameButNotTheAddress() {
        var backoff = LogonBackoff()
        for _ in 0..<9 { backoff.failed(address: Self.address, name: "anna", at: at(5)) }
        backoff.succeeded(name: "Anna")
        #expect(backoff.wait(address: "198.18.0.8", name: "anna", at: at(5)) == nil)
        #expect(backoff.wait(address: Self.address, name: "anna", at: at(5)) == .seconds(32))
    }

    @Test func itForgets() {
        var backoff = LogonBackoff()
        for _ in 0..<9 { backoff.failed(address: Self.address, name: nil, at: at(5)) }
        // Not before the time, ...
        backoff.failed(address: Self.address, name: nil, at: at(14 * 60))
        #expect(backoff.wait(address: Self.address, name: nil, at: at(14 * 60)) == .seconds(64))
        // ... and then as if nothing had been.
        let later = at(Double(14 * 60 + 2 * 15 * 60 + 1))
        backoff.failed(address: Self.address, name: nil, at: later)
        #expect(backoff.wait(address: Self.address, name: nil, at: later) == nil && backoff.count == 1)
    }

    /// A guesser with a whole network of addresses takes no more memory than that, and the newest are still held up.
    @Test func itKeepsNoMoreThanItMay() {
        var backoff = LogonBackoff()
        for number in 0..<100_000 {
            for _ in 0..<4 { backoff.failed(address: "a\(number)", name: "n\(number)", at: at(5)) }
            guard number % 1000 == 0 else { continue }
            #expect(backoff.count <= LogonBackoff.most * 2)
            #expect(backoff.wait(address: "a\(number)", name: nil, at: at(5)) == .seconds(1))
        }
        #expect(backoff.wait(address: "a95000", name: nil, at: at(5)) != nil && backoff.wait(address: "a1", name: nil, at: at(5)) == nil)
    }
}
