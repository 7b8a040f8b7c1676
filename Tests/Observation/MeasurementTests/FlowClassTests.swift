import Contracts
import NBF
import SPX
import Testing
import Wire

@testable import Measurement

/// What a packet is for where it depends on the packets before it.
@Suite struct FlowClassTests {
    private static func system(_ asks: Bool) -> SPXHeader {
        SPXHeader(
            control: asks ? [.system, .acknowledgementRequired] : .system, sourceID: 1, destinationID: 2, sequence: 0, acknowledge: 0,
            allocation: 3)
    }

    /// One question has one answer: further system packets of the same side are acknowledgements.
    @Test func aWatchdogQuestionIsAnsweredOnce() {
        var flow = SPXFlow(number: 0)
        #expect(flow.classify(Self.system(true), fromServer: true) { .sessionData } == .watchdogProbe)
        #expect(flow.classify(Self.system(false), fromServer: false) { .sessionData } == .watchdogAnswer)
        for _ in 0..<3 {
            let kind = flow.classify(Self.system(false), fromServer: false) { .sessionData }
            #expect(kind != .watchdogAnswer)
        }
    }

    @Test func theAnswerToARequestToConnectIsNoWatchdogs() {
        var flow = SPXFlow(number: 0)
        var request = Self.system(true)
        request.destinationID = SPXHeader.unknownConnection
        #expect(flow.classify(request, fromServer: false) { .sessionData } == .setupTeardown)
        #expect(flow.classify(Self.system(false), fromServer: true) { .sessionData } == .setupTeardown)
    }

    private static let numbers = SessionNumbers(destination: 1, source: 2)

    private static func classify(
        _ flow: inout NBFFlow, _ frame: NBFFrame, send: UInt8, fromServer: Bool, _ payload: PayloadClass = .sessionData
    ) -> TrafficClass {
        var writer = ByteWriter()
        frame.encode(into: &writer)
        let llc = LLCFrame(
            to: MACAddress(workstation: 1), from: MACAddress(workstation: 2), isResponse: false,
            control: .information(send: send, receive: 0, pollFinal: false))
        return flow.classify(llc, writer.bytes.span.bytes, fromServer: fromServer) { _ in payload }
    }

    /// NetBIOS acknowledges each message with a frame of its own, which is for what the message was for.
    @Test(arguments: [
        (PayloadClass.heartbeatRequest, TrafficClass.heartbeatRequest, TrafficClass.livenessAck),
        (.clockUpdate, .clockUpdate, .livenessAck), (.sessionData, .sessionData, .sessionAck),
    ])
    func aDataAckIsForWhatItAcknowledges(payload: PayloadClass, kind: TrafficClass, ack: TrafficClass) {
        var flow = NBFFlow(number: 0)
        // Session data both ways before, so that nothing is right by default.
        let other: PayloadClass = if case .sessionData = payload { .heartbeatRequest } else { .sessionData }
        let message = NBFFrame.dataOnlyLast(numbers: Self.numbers, response: 1)
        _ = Self.classify(&flow, message, send: 0, fromServer: true, other)
        #expect(Self.classify(&flow, message, send: 1, fromServer: true, payload) == kind)
        let answer = NBFFrame.dataAck(numbers: Self.numbers, transmit: 1)
        #expect(Self.classify(&flow, answer, send: 0, fromServer: false) == ack)
    }

    /// A workstation that has rebooted calls by NAME QUERY, then resets its link of old: that end is the old session's.
    @Test func theOldSessionIsMeantUntilTheNewOneBegins() {
        var flow = NBFFlow(number: 0)
        func begin(_ session: UInt8) -> NBFFrame {
            .sessionInitialize(
                numbers: SessionNumbers(destination: 1, source: session), largest: 1400, transmit: 1, response: 1)
        }
        _ = Self.classify(&flow, begin(2), send: 0, fromServer: false)
        let name = NetBIOSName("TERMSRV")
        _ = Self.classify(&flow, .nameQuery(session: 3, response: 1, called: name, calling: name), send: 0, fromServer: false)
        #expect(flow.connectionID == 2)
        _ = Self.classify(&flow, begin(3), send: 1, fromServer: false)
        #expect(flow.connectionID == 3)
    }
}
