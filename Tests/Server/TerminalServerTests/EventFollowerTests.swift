import EventLoop
import LoopTestSupport
import Testing

@testable import TerminalServer

@Suite struct EventFollowerTests {
    @Test func aSlowFollowerIsToldHowManyLinesItMissed() throws {
        let loop = try EventLoop()
        var follower: EventFollower?
        let address = SocketAddress.unix(path: freshPath())
        let server = try HTTPServer(on: loop, address: address, streamBacklog: 16 * 1024) { _ in
            .stream(contentType: "text/plain") { follower = EventFollower($0) }
        }
        var received: [UInt8] = []
        let reader = try HTTPClient.request("GET", "/", at: address, on: loop, receive: { received += $0 }, done: { _ in })
        #expect(loop.run { follower != nil })
        let slow = try #require(follower)
        reader.pauseReading()
        // Three lines at a time, of a kilobyte in all.
        let batch = ["a", "b", "c"].map { String(repeating: $0, count: 1024 / 3 - 1) + "\n" }.joined()
        for _ in 0..<20 { slow.tell([UInt8](batch.utf8), count: 3) }
        // There is room for this, but it comes after what is missing.
        slow.tell([UInt8]("d\n".utf8), count: 1)
        reader.resumeReading()
        #expect(loop.run { received.suffix(2) == [UInt8(ascii: "}"), 10] })
        slow.tell([UInt8]("e\n".utf8), count: 1)
        #expect(loop.run { received.suffix(2) == [UInt8(ascii: "e"), 10] })
        let lines = String(decoding: received, as: UTF8.self).split(separator: "\n").map { String($0.utf8.count > 40 ? $0.prefix(1) : $0) }
        let whole = (lines.count - 2) / 3
        #expect(whole * 3 + 2 == lines.count && whole >= 15 && whole < 20)
        #expect(lines.dropLast(2) == (0..<whole).flatMap { _ in ["a", "b", "c"] }[...])
        #expect(lines.suffix(2) == ["{\"missed\":\((20 - whole) * 3 + 1)}", "e"])
        reader.close(.abort)
        #expect(loop.run { !slow.isOpen })
        withExtendedLifetime(server) {}
    }
}
