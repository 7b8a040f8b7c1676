import Testing
import Time

@testable import SPX

@Suite struct RoundTripTests {
    private static let settings = SPXSettings(.windowsNT4)
    private static let initial = settings.initialRetransmissionTime

    @Test func aMeasuredRoundTripSetsTheWait() {
        var time = SPXRoundTrip()
        time.sent(5, at: .zero)
        time.acknowledged(6, at: .zero + .seconds(1))
        #expect(time.retransmissionTime(Self.settings) == Duration.seconds(2).nanoseconds)
    }

    /// Karn's rule: the acknowledgement of a packet that was sent twice may be for either, so it tells no time and does not
    /// take back the longer wait.
    @Test func whatWasSentTwiceTellsNothing() {
        var time = SPXRoundTrip()
        time.sent(5, at: .zero)
        time.sentAgain()
        time.acknowledged(6, at: .zero + .seconds(2))
        #expect(time.retransmissionTime(Self.settings) == Self.initial * 2)
        // Only the next one that was sent once does.
        time.sent(6, at: .zero + .seconds(3))
        time.acknowledged(7, at: .zero + .seconds(4))
        #expect(time.retransmissionTime(Self.settings) == Duration.seconds(2).nanoseconds)
    }

    @Test func anAcknowledgementOfSomethingEarlierTellsNothing() {
        var time = SPXRoundTrip()
        time.sent(5, at: .zero)
        time.acknowledged(5, at: .zero + .seconds(2))
        #expect(time.retransmissionTime(Self.settings) == Self.initial)
    }

    /// A packet that came before or too early is answered at once with what is expected, whatever it asks for: the peer's
    /// acknowledgement was lost, and it would ask again and again.
    @Test(arguments: [UInt16(0), 9]) func aPacketOutOfOrderIsAnsweredAtOnce(sequence: UInt16) {
        var pair = Pair()
        pair.run(for: .seconds(1))
        pair.send(.client, [1])
        pair.run(for: .seconds(1))
        let before = pair[.server].sent[.acknowledgement] ?? 0
        let header = SPXHeader(
            control: [], sourceID: 0x0101, destinationID: 0x0202, sequence: sequence, acknowledge: 0, allocation: 3)
        let at = pair.now
        pair.act(.server) {
            let data: [UInt8] = [7]
            _ = $0.receive(header, data: data.span.bytes, at: at)
        }
        pair.run(for: .milliseconds(1))
        #expect(pair[.server].sent[.acknowledgement] == before + 1)
        #expect(pair.log.last { $0.from == .server }?.header.acknowledge == 1)
        #expect(pair[.server].received == [1])
    }
}
