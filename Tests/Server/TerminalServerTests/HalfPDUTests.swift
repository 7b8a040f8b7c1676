import EventLoop
import LoopTestSupport
import RDP
import TerminalClient
import TerminalServer
import Testing
import Time

/// A client that is on, and sends half a PDU.
@Suite struct HalfPDUTests {
    private static let deadline = Duration.milliseconds(500)
    /// The key A as a fast-path PDU (MS-RDPBCGR 2.2.8.1.2).
    private static let key: [UInt8] = [0x04, 0x04, 0x00, 0x1E]

    private func host() throws -> Host { try Host { $0.handshakeDeadline = Self.deadline } }

    @Test(arguments: [[3], [3, 0, 1], [3, 0, 1, 0, 2, 0xF0], [0x04], [0x04, 0x04, 0x00]] as [[UInt8]])
    func itIsDroppedByTheDeadline(half: [UInt8]) throws {
        let host = try host()
        let (well, bad) = (try host.loggedOn("anna"), try host.loggedOn("mallory"))
        host.loop.run(for: Self.deadline * 2)
        #expect(bad.end == nil, "silence between PDUs is no fault")
        let began = host.loop.now
        bad.session.connection?.send(half)
        #expect(host.loop.run { bad.end != nil })
        #expect(Self.deadline...(Self.deadline + .seconds(2)) ~= host.loop.now - began)
        #expect(try host.session(bad.number)?["state"] as? String == "Disconnected")
        #expect(host.log.lines.contains { $0.contains("half a PDU") } && host.log.lines.contains { $0.contains("pdu-deadline") })
        #expect(try host.metric("tsserver_pdu_deadlines_total") == 1)
        well.session.type("a")
        #expect(try host.hears(1, in: well.number))
    }

    /// Each PDU comes in two halves, and each is whole in time: that may go on for as long as it likes, and when one is not,
    /// that one is found.
    @Test func aSlowClientStaysForAsLongAsItMakesItsPDUsWhole() throws {
        let host = try host()
        let slow = try host.loggedOn("anna")
        let began = host.loop.now
        var keys = 0
        while host.loop.now - began < Self.deadline * 5 {
            slow.session.connection?.send(Array((keys == 0 ? [] : Self.key.suffix(2)) + Self.key.prefix(2)))
            keys += 1
            host.loop.run(for: .milliseconds(60))
        }
        #expect(slow.end == nil)
        #expect(try host.hears(keys - 1, in: slow.number))
        #expect(host.loop.run(for: Self.deadline * 2 + .seconds(2)) { slow.end != nil })
        #expect(try host.metric("tsserver_pdu_deadlines_total") == 1)
    }
}
