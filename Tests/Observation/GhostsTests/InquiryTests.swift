import Addresses
import Ghosts
import Testing
import Time

@Suite struct InquiryTests {
    private let start = MonotonicTime(nanoseconds: 100_000_000_000)

    /// An idle socket that heard nothing for so long.
    private func socket(silent: UInt32, probes: UInt8 = 0, change: (inout TCPInfo) -> Void = { _ in }) -> TCPSocket {
        var info = TCPInfo()
        (info.lastAckReceived, info.lastDataReceived, info.probes, info.rto) = (silent, silent, probes, 204_000)
        change(&info)
        let id = DiagID(family: DiagID.ipv4, localPort: 1, peerPort: 2, local: (0, 0), peer: (0, 0), interface: 0, cookie: 1)
        return TCPSocket(id: id, state: TCPSocket.established, timer: .keepalive, timerExpires: 900, info: info)
    }

    @Test func anAnswerThatCameAfterTheQuestionIsOne() {
        var inquiry = Inquiry(askedAt: start, questions: 3, before: TCPInfo())
        #expect(inquiry.hear(socket(silent: 5_003), at: start + .milliseconds(3)) == nil)
        #expect(inquiry.hear(socket(silent: 10), at: start + .milliseconds(23)) == .answered(after: .milliseconds(13)))
    }

    @Test func goneTakesAllQuestionsAndTheWaitForTheLastAnswer() {
        var inquiry = Inquiry(askedAt: start, questions: 3, before: TCPInfo())
        #expect(inquiry.hear(socket(silent: 7_000, probes: 2), at: start + .seconds(2)) == nil)
        #expect(inquiry.hear(socket(silent: 7_100, probes: 3), at: start + .milliseconds(2_100)) == nil)
        #expect(inquiry.hear(socket(silent: 8_000, probes: 3), at: start + .milliseconds(3_000)) == nil)
        let verdict = inquiry.hear(socket(silent: 8_200, probes: 4), at: start + .milliseconds(3_200))
        #expect(verdict == .gone(questions: 4, silence: .milliseconds(8_200)))
    }

    /// A line was cut when it was asked before, and has healed since.
    @Test func questionsOfLongAgoDoNotCount() {
        var before = TCPInfo()
        before.probes = 6
        var inquiry = Inquiry(askedAt: start, questions: 3, before: before)
        for second in 0..<4 {
            #expect(inquiry.hear(socket(silent: 90_000, probes: 8), at: start + .seconds(second)) == nil)
        }
        #expect(inquiry.hear(socket(silent: 94_000, probes: 9), at: start + .seconds(4)) == nil)
        guard case .gone(3, _)? = inquiry.hear(socket(silent: 95_000, probes: 9), at: start + .seconds(5)) else {
            Issue.record("not gone")
            return
        }
    }

    @Test func dataRepeatedLongAgoProvesNothing() {
        // Seven repetitions, the last 25 s ago, the next in 80 s.
        let change: (inout TCPInfo) -> Void = { ($0.unacknowledged, $0.retransmits, $0.rto) = (1, 7, 105_000_000) }
        var old = socket(silent: 60_000, change: change)
        old.timerExpires = 80_000
        var inquiry = Inquiry(askedAt: start, questions: 3, before: old.info!)
        for second in 0..<5 { #expect(inquiry.hear(old, at: start + .seconds(second)) == nil) }
        #expect(inquiry.hear(old, at: start + .seconds(5)) == .cannotAsk(.ownDataInFlight(repeated: 7, next: .seconds(80))))
    }

    @Test func aPeerFarAwayIsWaitedFor() {
        var inquiry = Inquiry(askedAt: start, questions: 2, before: TCPInfo())
        let far: (inout TCPInfo) -> Void = { $0.rto = 3_000_000 }
        #expect(inquiry.hear(socket(silent: 9_000, probes: 2, change: far), at: start + .seconds(1)) == nil)
        #expect(inquiry.hear(socket(silent: 11_000, probes: 4, change: far), at: start + .seconds(3)) == nil)
        #expect(
            inquiry.hear(socket(silent: 100, probes: 0, change: far), at: start + .milliseconds(3_500))
                == .answered(after: .milliseconds(3_400)))
    }

    @Test func repeatedDataCountsAsQuestions() {
        var inquiry = Inquiry(askedAt: start, questions: 3, before: TCPInfo())
        let inFlight: (inout TCPInfo) -> Void = { ($0.unacknowledged, $0.retransmits) = (1, 6) }
        #expect(inquiry.hear(socket(silent: 20_000, change: inFlight), at: start + .milliseconds(3)) == nil)
        guard case .gone(6, _)? = inquiry.hear(socket(silent: 21_000, change: inFlight), at: start + .milliseconds(1_003)) else {
            Issue.record("not gone")
            return
        }
    }

    @Test func tooFewRepetitionsProveNothing() {
        var inquiry = Inquiry(askedAt: start, questions: 3, before: TCPInfo())
        let inFlight: (inout TCPInfo) -> Void = { ($0.unacknowledged, $0.retransmits) = (1, 2) }
        func late(_ silent: UInt32) -> TCPSocket {
            var socket = socket(silent: silent, change: inFlight)
            socket.timerExpires = 30_000
            return socket
        }
        for second in 0..<5 { #expect(inquiry.hear(late(20_000), at: start + .seconds(second)) == nil) }
        guard case .cannotAsk(.ownDataInFlight(repeated: 2, _))? = inquiry.hear(late(25_000), at: start + .seconds(5))
        else {
            Issue.record("a verdict without a proof")
            return
        }
    }

    @Test func anotherStateIsNoGhost() {
        var inquiry = Inquiry(askedAt: start, questions: 3, before: TCPInfo())
        var closing = socket(silent: 9_000, probes: 9)
        closing.state = TCPSocket.closeWait
        #expect(inquiry.hear(closing, at: start + .seconds(9)) == .cannotAsk(.ended))
    }
}
