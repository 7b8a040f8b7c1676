import Testing

@testable import Measurement

@Suite struct SentRangesTests {
    /// Around the wrap of the sequence numbers.
    private let base = UInt32.max - 5

    @Test func acknowledgmentsSayWhatIsNew() {
        var sent = SentRanges()
        sent.append(base, length: 1, .control)
        sent.append(base &+ 1, length: 10, .payload(.clockUpdate))
        sent.append(base &+ 11, length: 4, .payload(.sessionData))
        #expect(sent.acknowledge(base) == [])
        #expect(sent.acknowledge(base &+ 1) == [.control])
        #expect(sent.acknowledge(base &+ 1) == [])
        // Half of the clock, then the rest of it and all after it.
        #expect(sent.acknowledge(base &+ 6) == [.payload(.clockUpdate)])
        #expect(sent.acknowledge(base &+ 15) == [.payload(.clockUpdate), .payload(.sessionData)])
    }

    @Test func repetitionsAreKnownByWhatTheyRepeat() {
        var sent = SentRanges()
        sent.append(base, length: 10, .payload(.clockUpdate))
        sent.append(base &+ 10, length: 10, .payload(.heartbeatRequest))
        sent.append(base &+ 20, length: 10, .payload(.sessionData))
        #expect(sent.content(from: base, length: 10) == .clockUpdate)
        #expect(sent.content(from: base &+ 10, length: 10) == .heartbeatRequest)
        #expect(sent.content(from: base, length: 21) == .sessionData)
        #expect(sent.content(from: base &+ 30, length: 1) == nil)
        // One that crossed its acknowledgment.
        _ = sent.acknowledge(base &+ 30)
        #expect(sent.content(from: base &+ 10, length: 10) == .heartbeatRequest)
    }

    @Test func memoryIsLimited() {
        var sent = SentRanges()
        for index in 0..<100_000 as Range<UInt32> {
            sent.append(index, length: 1, .payload(.clockUpdate))
            if index % 3 == 0 { _ = sent.acknowledge(index / 2) }
        }
        #expect(MemoryLayout.size(ofValue: sent) < 64)
        #expect(sent.content(from: 0, length: 1) == nil)
        #expect(sent.content(from: 99_999, length: 1) == .clockUpdate)
    }
}
