import Random
import Testing
import Time

@testable import NBF

/// Sessions in fair weather, and calls that come to nothing.
@Suite struct SessionTests {
    @Test func aSessionCarriesBytesBothWaysAndEndsInOrder() {
        var medium = Medium.connected()
        #expect(medium.client.isOpen)
        #expect(medium.server.isOpen)
        let much = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(medium.say(much, from: 1) == .queued)
        #expect(medium.say([1, 2, 3], from: 0) == .sent)
        medium.run(for: .seconds(5))
        #expect(medium.client.received == much)
        #expect(medium.server.received == [1, 2, 3])
        #expect(medium.server.drains == 1)
        medium.say([4], from: 1)
        medium.close(1, orderly: true)
        medium.run(for: .seconds(1))
        #expect(medium.client.received == much + [4])
        #expect(medium.client.ends == [.peerClosed])
        #expect(medium.server.ends == [.local])
        #expect(medium.client.machine == nil)
        #expect(medium.server.machine == nil)
    }

    @Test func bothEndsMayCloseAtOnce() {
        var medium = Medium.connected()
        for station in 0...1 { medium.close(station, orderly: true) }
        medium.run(for: .seconds(2))
        for station in medium.stations {
            #expect(station.ends == [.local])
            #expect(station.machine == nil)
        }
    }

    @Test func anAbortIsAReset() {
        var medium = Medium.connected()
        medium.close(0, orderly: false)
        medium.run(for: .seconds(1))
        #expect(medium.client.ends == [.local])
        #expect(medium.server.ends == [.reset])
        #expect(medium.server.machine == nil)
    }

    @Test func anOrderlyCloseDoesNotWaitForEver() {
        var medium = Medium.connected()
        medium.client.machine?.pause()
        medium.say([UInt8](repeating: 1, count: 200_000), from: 1)
        medium.close(1, orderly: true)
        medium.run(for: .seconds(4))
        #expect(medium.server.ends.isEmpty)
        medium.run(for: .seconds(7))
        #expect(medium.server.ends == [.local])
        #expect(medium.server.machine == nil)
        #expect(medium.client.ends == [.reset])
    }

    @Test func aNameThatNobodyHasIsUnreachable() {
        var medium = Medium()
        medium.server.listens = false
        medium.captures = true
        medium.call()
        medium.run(for: .milliseconds(1499))
        #expect(medium.client.ends.isEmpty)
        medium.run(for: .milliseconds(2))
        #expect(medium.client.ends == [.unreachable])
        #expect(medium.capture.count == 3)
    }

    /// The server is still ending the link of the station that this one was before it started anew, and answers DM.
    @Test(arguments: [100, 1000, 4300]) func aCallWhoseLinkIsRefusedIsMadeAgain(after milliseconds: Int) {
        var medium = Medium.connected()
        medium.client.machine = nil
        medium.client.power = .off
        medium.close(1, orderly: false)
        medium.run(for: .milliseconds(milliseconds))
        medium.client.power = .on
        medium.client.isOpen = false
        medium.call(correlator: 500)
        medium.run(for: .seconds(2))
        #expect(medium.client.ends.isEmpty && medium.client.isOpen)
    }

    @Test func backlogBeyondTheLimitIsRefused() {
        var medium = Medium.connected()
        medium.client.power = .off
        #expect(medium.say([UInt8](repeating: 0, count: 20_000), from: 1, limit: 10_000) == .queued)
        #expect(medium.say([1], from: 1, limit: 10_000) == .queued)
        #expect(medium.say([UInt8](repeating: 0, count: 4000), from: 1, limit: 10_000) == .refused)
        medium.run(for: .seconds(60))
        #expect(medium.say([1], from: 1) == .closed)
    }

    /// A peer that speaks our link and another session protocol, an N(R) never sent, and a final nobody asked for.
    @Test(arguments: [
        (LLCControl.information(send: 1, receive: 1, pollFinal: false), [0x0E, 0, 0xFF, 0xEF, 0x42] as [UInt8], SessionEnd?.some(.reset)),
        (.information(send: 1, receive: 1, pollFinal: false), [], .reset),
        (.supervisory(.receiveReady, receive: 40, pollFinal: false), [], .reset),
        (.unnumbered(.frmr, pollFinal: false), [], .reset),
        (.unnumbered(.disc, pollFinal: true), [], .reset),
        (.supervisory(.receiveReady, receive: 0, pollFinal: true), [], nil),
        (.supervisory(.reject, receive: 100, pollFinal: false), [], nil),
        (.unnumbered(.ua, pollFinal: true), [], nil),
        (.unnumbered(.sabme, pollFinal: true), [], nil),
        (.information(send: 90, receive: 0, pollFinal: true), [1, 2, 3], nil),
    ])
    func strangeFrames(control: LLCControl, information: [UInt8], end: SessionEnd?) {
        var medium = Medium.connected()
        var batch = FrameBatch()
        var isResponse = false
        if case .supervisory = control { isResponse = true }
        batch.append(LLCFrame(to: Medium.serverAddress, from: Medium.clientAddress, isResponse: isResponse, control: control)) {
            $0.append(information)
        }
        medium.inject(batch.frames[0])
        medium.run(for: .seconds(2))
        #expect(medium.server.ends == (end.map { [$0] } ?? []))
        if end == nil {
            medium.say([9], from: 0)
            medium.run(for: .seconds(2))
            #expect(medium.server.received == [9])
        }
    }

    /// Whatever a peer sends, nothing traps and the driver holds no more than its limits.
    @Test func anyFramesAreTaken() {
        var random = SeededGenerator(seed: 11)
        var medium = Medium.connected()
        for round in 0..<40_000 {
            let control: LLCControl =
                switch Int.random(in: 0..<8, using: &random) {
                case 0:
                    .unnumbered(
                        [.ui, .dm, .disc, .ua, .sabme, .sabme, .sabme, .frmr].randomElement(using: &random) ?? .ui,
                        pollFinal: .random(using: &random))
                case 1, 2:
                    .supervisory(
                        [.receiveReady, .receiveNotReady, .reject].randomElement(using: &random) ?? .reject,
                        receive: medium.server.machine?.link.sendNext ?? 0, pollFinal: .random(using: &random))
                default:
                    .information(
                        send: medium.server.machine?.link.receiveNext ?? 0, receive: medium.server.machine?.link.sendNext ?? 0,
                        pollFinal: .random(using: &random))
                }
            var batch = FrameBatch()
            let destination = round % 7 == 0 ? MACAddress.netBIOS : Medium.serverAddress
            let number = SessionMachine.number(of: Medium.clientAddress)
            var header: [UInt8] = [14, 0, 0xFF, 0xEF, [0x19, 0x16, 0x15, 0x14, 0x18, 0x1F, 0x0A].randomElement(using: &random) ?? 0]
            header += [0, 200, 0, 1, 0, 2, 0, number, number, 65, 66, 67]
            if Int.random(in: 0..<20, using: &random) == 0 {
                header[Int.random(in: 0..<header.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            batch.append(
                LLCFrame(
                    to: destination, from: Medium.clientAddress, isResponse: .random(using: &random), control: control)
            ) { $0.append(header) }
            if round % 50 == 0 { medium.server.machine?.pause() }
            let bytes = batch.frames[0]
            guard let frame = try? LLCFrame(decoding: bytes.span.bytes) else { continue }
            medium.server.take(frame, bytes.span.bytes, at: medium.now)
            if medium.server.machine?.isOpen == true, round % 5 == 0 { _ = medium.server.say([1, 2], limit: 1000, at: medium.now) }
            if (medium.server.machine?.held.count ?? 0) > 65536 + 1500 { Issue.record("holds too much") }
            if medium.server.output.frames.count > 40 { Issue.record("says too much: \(medium.server.output.frames.count)") }
            medium.server.output.frames.removeAll()
        }
        #expect(medium.server.ends.count > 100)
    }
}
