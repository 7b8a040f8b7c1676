import EventLoop
import LoopTestSupport
import Testing
import Time

/// What one client of an HTTP server can take of it.
@Suite struct HTTPLimitTests {
    private static let silence = Duration.milliseconds(400)

    private final class Bench {
        let loop: EventLoop
        let server: HTTPServer
        var streams: [HTTPStream] = []

        init(answer: HTTPResponse = .text(200, "ok")) throws {
            loop = try EventLoop()
            weak var bench: Bench?
            server = try HTTPServer(on: loop, address: .unix(path: freshPath()), silenceLimit: HTTPLimitTests.silence) { request in
                request.path == ["follow"] ? .stream(contentType: "text/plain") { bench?.streams.append($0) } : answer
            }
            bench = self
        }

        /// A connection that has said this.
        func connect(saying text: String = "") throws -> (heard: Recorder, stream: LoopStream) {
            let recorder = Recorder()
            recorder.onOpen = { $0.send([UInt8](text.utf8)) }
            return (recorder, try LoopStream.connect(to: server.address, backlogLimit: 64 << 20, on: loop, handler: recorder))
        }

        func ask(_ request: String) throws -> String {
            let client = try connect(saying: request)
            try #require(loop.run(for: .seconds(10)) { client.heard.end != nil }, "no end")
            return String(decoding: client.heard.received, as: UTF8.self)
        }

        func follow() throws -> (heard: Recorder, stream: LoopStream) {
            try connect(saying: "GET /follow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        }
    }

    private static let get = "GET / HTTP/1.0\r\n\r\n"

    @Test(arguments: ["GET /", "GET / HTTP/1.1\r\nX: ", "GET / HTTP/1.1\r\n" + String(repeating: "X: y\r\n", count: 4_000)])
    func aHeadWithoutEndIsRefused(beginning: String) throws {
        let bench = try Bench()
        let client = try bench.connect(saying: beginning + String(repeating: "a", count: 4 << 20))
        #expect(bench.loop.run(for: .seconds(10)) { client.heard.end != nil })
        #expect(String(decoding: client.heard.received, as: UTF8.self).hasPrefix("HTTP/1.1 4") || client.heard.end == .reset)
        #expect(try bench.ask(Self.get).hasSuffix("ok\n"))
    }

    @Test func aBodyThatIsTooLongIsRefused() throws {
        let bench = try Bench()
        let fits = String(repeating: "b", count: HTTPServer.longestBody)
        func post(_ body: String) -> String { "POST / HTTP/1.0\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)" }
        #expect(try bench.ask(post(fits)).contains(" 200 OK"))
        #expect(try bench.ask(post(fits + "b")).contains(" 413 "))
    }

    /// evhttp itself reads on for the end of a chunk's size.
    @Test func aChunksSizeWithoutEndIsNotReadForEver() throws {
        let bench = try Bench()
        let size = 8 << 20
        let client = try bench.connect(
            saying: "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + String(repeating: "0", count: size))
        bench.loop.run(for: .milliseconds(200))
        #expect(client.stream.backlog > size / 2)
        #expect(bench.loop.run(for: .seconds(10)) { client.heard.end != nil })
    }

    @Test func whoSaysNothingIsLetGoAfterAWhileAndNotBefore() throws {
        let bench = try Bench()
        let began = bench.loop.now
        let beginnings = ["", "GET / HT", "GET / HTTP/1.1\r\nHost: localhost\r\nX: ", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"]
        let silent = try beginnings.map { try bench.connect(saying: $0) }
        #expect(bench.loop.run(for: .seconds(10)) { silent.contains { $0.heard.end != nil } })
        #expect(bench.loop.now - began >= Self.silence)
        #expect(bench.loop.run(for: .seconds(10)) { silent.allSatisfy { $0.heard.end != nil } })
        #expect(String(decoding: silent[3].heard.received, as: UTF8.self).hasSuffix("ok\n"), "the last had its answer")
    }

    @Test func aDripOfBytesDoesNotPutTheLimitOff() throws {
        let bench = try Bench()
        let client = try bench.connect(saying: "GET / HTTP/1.1\r\nX: ")
        let began = bench.loop.now
        let drip = bench.loop.every(.milliseconds(20)) { client.stream.send([97]) }
        #expect(bench.loop.run(for: .seconds(10)) { client.heard.end != nil })
        #expect(bench.loop.now - began >= Self.silence)
        drip.cancel()
    }

    @Test func anAnswerThatIsNotTakenIsNotKeptForEver() throws {
        let bench = try Bench(answer: .whole(status: 200, contentType: "text/plain", body: [UInt8](repeating: 65, count: 32 << 20)))
        let client = try bench.connect(saying: "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        client.heard.onReceive = { connection, _ in connection.pauseReading() }
        #expect(bench.loop.run(for: .seconds(10)) { !client.heard.received.isEmpty })
        bench.loop.run(for: Self.silence * 2)
        client.heard.onReceive = { _, _ in }
        client.stream.resumeReading()
        #expect(bench.loop.run(for: .seconds(10)) { client.heard.end != nil })
        #expect(client.heard.received.count < 16 << 20)
    }

    @Test func manySilentConnectionsKeepNobodyOut() throws {
        let bench = try Bench()
        var silent: [(heard: Recorder, stream: LoopStream)] = []
        for _ in 0..<200 { silent.append(try bench.connect()) }
        #expect(bench.loop.run(for: .seconds(10)) { silent.count { $0.heard.end != nil } >= 200 - 64 })
        #expect(silent.prefix(100).allSatisfy { $0.heard.end != nil }, "the oldest have to go")
        #expect(try bench.ask(Self.get).hasSuffix("ok\n"))
    }

    @Test func followersAreLimitedAndMayBeSilent() throws {
        let bench = try Bench()
        let followers = try (0..<HTTPServer.mostStreams).map { _ in try bench.follow() }
        #expect(bench.loop.run { bench.streams.count == HTTPServer.mostStreams })
        let refused = try bench.follow()
        #expect(bench.loop.run { !refused.heard.received.isEmpty })
        #expect(String(decoding: refused.heard.received, as: UTF8.self).hasPrefix("HTTP/1.1 503"))
        bench.loop.run(for: Self.silence * 2)
        #expect(bench.streams.allSatisfy { $0.isOpen }, "a follower says nothing")
        for _ in 0..<200 { _ = try bench.connect() }
        bench.loop.run(for: .milliseconds(100))
        #expect(bench.streams.allSatisfy { $0.isOpen }, "and does not have to make room")
        // One that leaves makes room, though nothing has been written to it.
        followers[0].stream.close(.orderly)
        #expect(bench.loop.run { bench.streams.count { !$0.isOpen } == 1 })
        _ = try bench.follow()
        #expect(bench.loop.run { bench.streams.count == HTTPServer.mostStreams + 1 })
    }

    @Test func headIsAnsweredAsGetIsWithoutTheBody() throws {
        let bench = try Bench(answer: .text(200, "ok"))
        func parts(_ method: String, _ path: String) throws -> (head: [Substring], body: Substring) {
            let text = try bench.ask("\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            let end = try #require(text.range(of: "\r\n\r\n"))
            return (text[..<end.lowerBound].split(separator: "\r\n").filter { !$0.hasPrefix("Date:") }, text[end.upperBound...])
        }
        let (get, head) = (try parts("GET", "/"), try parts("HEAD", "/"))
        #expect(get.body == "ok\n" && head.body.isEmpty)
        #expect(Set(get.head) == Set(head.head) && get.head.contains("Content-Length: 3"))
        #expect(try parts("HEAD", "/follow").body.isEmpty && bench.streams.isEmpty)
    }

    @Test(arguments: [
        ("a%20b", "a b"), ("%C3%A5", "å"), ("+", "+"), ("a", "a"), ("%25", "%"), ("%2F", "/"), ("%7e", "~"),
        ("%00", nil), ("reset%00", nil), ("%0a", nil), ("%7F", nil), ("%", nil), ("%4", nil), ("%zz", nil), ("%+1", nil),
        ("%-1", nil), ("%%41", nil), ("%C3", nil), ("%ED%A0%80", nil), ("%EF%BC%91%", nil), ("%１1", nil),
    ])
    func aPathIsDecodedOrRefused(part: String, decoded: String?) { #expect(HTTPRequest.decode(part[...]) == decoded) }
}
