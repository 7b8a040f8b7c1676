import Slab
import Testing
import Time

@testable import TerminalServer

/// Who is asked on a full server, without looking at everybody for each that comes.
@Suite struct LongestSilentTests {
    private var slab = Slab<Int>()
    private var heard: [SlabHandle: MonotonicTime] = [:]
    private var tokens: [SlabHandle] = []
    private var silent = LongestSilent()

    init() {
        for number in 0..<5000 {
            tokens.append(slab.add(number))
            // In no order; the one heard longest ago is number 0's neighbour 4999 * 7 mod 5000.
            heard[tokens[number]] = .zero + .milliseconds(number * 7 % 5000)
        }
    }

    private mutating func longest(_ count: Int, at seconds: Double) -> [SlabHandle] {
        let heard = heard
        return silent.longest(count, at: .zero + .seconds(seconds), lastHeard: { heard[$0] }) { heard.map { ($0.key, $0.value) } }
    }

    private mutating func hear(_ tokens: [SlabHandle], at seconds: Double) {
        for token in tokens { heard[token] = .zero + .seconds(seconds) }
    }

    @Test mutating func theLongestSilentComeFirstAndOnceHeardTheNext() {
        let bySilence = heard.sorted { $0.value < $1.value }.map(\.key)
        let first = longest(16, at: 10)
        #expect(first == Array(bySilence.prefix(16)))
        #expect(longest(16, at: 10.1) == first, "nobody has answered yet")
        hear(first, at: 10.2)
        #expect(longest(16, at: 10.3) == Array(bySilence[16..<32]))
        heard[bySilence[16]] = nil
        #expect(longest(3, at: 10.4) == Array(bySilence[17..<20]), "who is gone is not asked")
    }

    /// Thousands of logons in one second cost one look at everybody, and a look at some for each.
    @Test mutating func aStormLooksAtEverybodyOnceASecond() {
        for number in 0..<3000 { _ = longest(16, at: 10 + Double(number) / 4000) }
        #expect(silent.looked <= 5000 + 3000 * 16)
        let before = silent.looked
        // After a while everybody who was noted has been heard, and until the next look nobody is left to be asked.
        hear(tokens, at: 10.8)
        #expect(longest(16, at: 10.9).isEmpty && silent.looked - before <= LongestSilent.most)
        #expect(longest(16, at: 11.1).count == 16)
    }
}
