import Testing
import Time
import Wire

@testable import NBF

/// Rules of the link that only show in single frames: what is acknowledged when, and what a busy peer is asked (802.2, 7.5).
@Suite struct LinkRulesTests {
    private static let (own, peer) = (Medium.serverAddress, Medium.clientAddress)

    private struct Link {
        var machine: LinkMachine
        var output = NBFOutput()
        let parameters: NBFParameters

        init(_ parameters: NBFParameters = .windowsNT4) {
            self.parameters = parameters
            machine = LinkMachine(local: own, remote: peer, settings: NBFSettings(parameters))
            machine.accept(pollFinal: true, at: .zero, into: &output)
            output.frames.removeAll()
        }

        /// Takes a frame and gives what went out for it.
        mutating func take(_ control: LLCControl, isResponse: Bool = false, at now: MonotonicTime) -> [LLCControl] {
            let frame = LLCFrame(to: own, from: peer, isResponse: isResponse, control: control)
            _ = machine.receive(frame, at: now, into: &output)
            return sent()
        }

        mutating func tick(at now: MonotonicTime) -> [LLCControl] {
            _ = machine.tick(at: now, into: &output)
            return sent()
        }

        mutating func transmit(at now: MonotonicTime) -> [LLCControl] {
            output.scratch.append([1])
            machine.transmit(at: now, into: &output)
            return sent()
        }

        private mutating func sent() -> [LLCControl] {
            defer { output.frames.removeAll() }
            return output.frames.frames.compactMap { try? LLCFrame(decoding: $0.span.bytes).control }
        }
    }

    /// A sender whose window is full waits for an acknowledgement: it comes after half a window at once, before that after T2.
    @Test(arguments: [1, 2, 7, 10]) func halfAWindowIsAcknowledgedAtOnce(window: Int) {
        var parameters = NBFParameters.windowsNT4
        parameters.window = window
        var link = Link(parameters)
        let half = max(1, window / 2)
        for number in 0..<half - 1 {
            #expect(link.take(.information(send: UInt8(number), receive: 0, pollFinal: false), at: .zero).isEmpty)
        }
        let answer = link.take(.information(send: UInt8(half - 1), receive: 0, pollFinal: false), at: .zero)
        #expect(answer == [.supervisory(.receiveReady, receive: UInt8(half), pollFinal: false)])
    }

    @Test func lessIsAcknowledgedAfterT2AndNotBefore() {
        var link = Link()
        let t2 = link.parameters.t2
        #expect(link.take(.information(send: 0, receive: 0, pollFinal: false), at: .zero).isEmpty)
        #expect(link.tick(at: .zero + (t2 - .nanoseconds(1))).isEmpty)
        #expect(link.tick(at: .zero + t2) == [.supervisory(.receiveReady, receive: 1, pollFinal: false)])
    }

    /// The acknowledgement of a repeated frame was lost; unless it is said again the peer repeats for ever.
    @Test func aRepeatedFrameIsAcknowledgedAgain() {
        var link = Link()
        _ = link.take(.information(send: 0, receive: 0, pollFinal: false), at: .zero)
        _ = link.tick(at: .zero + link.parameters.t2)
        let later = MonotonicTime.zero + .seconds(1)
        #expect(link.take(.information(send: 0, receive: 0, pollFinal: false), at: later).isEmpty)
        #expect(link.tick(at: later + link.parameters.t2) == [.supervisory(.receiveReady, receive: 1, pollFinal: false)])
    }

    /// The busy-state timer, not T1: a peer that said RNR has time (802.2, 7.8.1).
    @Test func aBusyPeerIsAskedAfterTheBusyTimerAndNotBefore() {
        var link = Link()
        _ = link.take(.supervisory(.receiveNotReady, receive: 0, pollFinal: false), isResponse: true, at: .zero)
        let asks = MonotonicTime.zero + link.parameters.busyTimeout
        #expect(link.parameters.busyTimeout > link.parameters.t1)
        #expect(link.machine.nextDeadline == asks)
        #expect(link.tick(at: .zero + (link.parameters.busyTimeout - .nanoseconds(1))).isEmpty)
        #expect(link.tick(at: asks) == [.supervisory(.receiveReady, receive: 0, pollFinal: true)])
    }

    @Test func aPeerThatIsNotBusyIsAskedAfterT1() {
        var link = Link()
        #expect(link.transmit(at: .zero) == [.information(send: 0, receive: 0, pollFinal: false)])
        #expect(link.tick(at: .zero + (link.parameters.t1 - .nanoseconds(1))).isEmpty)
        #expect(link.tick(at: .zero + link.parameters.t1) == [.supervisory(.receiveReady, receive: 0, pollFinal: true)])
    }

    /// A peer that ended its session and then neither hangs up nor answers does not keep the link.
    @Test func aSessionThatEndedHangsUpByItsDeadline() throws {
        var medium = Medium.connected()
        var batch = FrameBatch()
        let machine = try #require(medium.server.machine)
        let numbers = SessionNumbers(destination: machine.numbers.source, source: machine.numbers.destination)
        batch.append(
            LLCFrame(
                to: Medium.serverAddress, from: Medium.clientAddress, isResponse: false,
                control: .information(send: machine.link.receiveNext, receive: machine.link.sendNext, pollFinal: false))
        ) { NBFFrame.sessionEnd(numbers: numbers, abnormal: false).encode(into: &$0) }
        medium.client.power = .off
        medium.inject(batch.frames[0])
        #expect(medium.server.ends == [.peerClosed])
        let parameters = medium.server.parameters
        medium.run(for: parameters.sessionTimeout - .milliseconds(100))
        #expect(medium.server.machine?.link.phase == .connected)
        // Then it asks for the link's end, as often as it may ask anything.
        medium.run(for: .milliseconds(200))
        #expect(medium.server.machine?.link.phase == .disconnecting)
        medium.run(for: parameters.t1 * parameters.llcRetries)
        #expect(medium.server.machine == nil)
    }
}
