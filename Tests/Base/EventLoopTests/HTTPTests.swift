import EventLoop
import Glibc
import LoopTestSupport
import Testing
import Wire

@Suite struct HTTPTests {
    /// Asks and waits for the whole answer.
    private func ask(
        _ loop: EventLoop, _ method: String, _ path: String, body: String = "", at address: SocketAddress
    ) throws -> (text: String, failure: HTTPClient.Failure?) {
        var received: [UInt8] = []
        var ends: [HTTPClient.Failure?] = []
        try HTTPClient.request(method, path, body: body, at: address, on: loop, receive: { received += $0 }, done: { ends.append($0) })
        try #require(loop.run { ends.count == 1 }, "no answer")
        return (String(decoding: received, as: UTF8.self), ends[0])
    }

    private func serve(
        _ loop: EventLoop, at address: SocketAddress = .unix(path: freshPath()), handle: @escaping (HTTPRequest) -> HTTPResponse
    ) throws -> (HTTPServer, SocketAddress) {
        (try HTTPServer(on: loop, address: address, handle: handle), address)
    }

    @Test func aRequestIsUnderstoodAndAnswered() throws {
        let loop = try EventLoop()
        let (server, address) = try serve(loop) { request in
            .text(200, "\(request.method) \(request.path ?? []) \(String(decoding: request.body, as: UTF8.self))")
        }
        #expect(try ask(loop, "GET", "/a/b%20c/", at: address).text == "GET [\"a\", \"b c\"] \n")
        #expect(try ask(loop, "POST", "/x?y=1", body: "Grüße", at: address).text == "POST [\"x\"] Grüße\n")
        withExtendedLifetime(server) {}
    }

    @Test func anErrorComesWithItsTextAndNoBody() throws {
        let loop = try EventLoop()
        let (server, address) = try serve(loop) { _ in .text(409, "it cannot be") }
        let answer = try ask(loop, "POST", "/", at: address)
        guard case .status(409, let text)? = answer.failure else { throw EventLoopError("\(answer)", errno: 0) }
        #expect(text == "it cannot be\n" && answer.text.isEmpty)
        withExtendedLifetime(server) {}
    }

    @Test func aStreamGoesOnUntilItsEndAndItsReaderMayLeave() throws {
        let loop = try EventLoop()
        var streams: [HTTPStream] = []
        let (server, address) = try serve(loop) { _ in .stream(contentType: "text/plain") { streams.append($0) } }
        var received: [UInt8] = []
        var ended = 0
        try HTTPClient.request("GET", "/", at: address, on: loop, receive: { received += $0 }) { if $0 == nil { ended += 1 } }
        let leaver = try HTTPClient.request("GET", "/", at: address, on: loop, receive: { _ in }, done: { _ in })
        #expect(loop.run { streams.count == 2 })
        for number in 0..<1_000 { for stream in streams { _ = stream.write([UInt8]("line \(number)\n".utf8)) } }
        leaver.close(.abort)
        #expect(loop.run { streams.count { $0.isOpen } == 1 })
        for stream in streams {
            #expect(stream.write([UInt8]("last\n".utf8)) == stream.isOpen)
            stream.end()
        }
        #expect(loop.run { ended == 1 })
        let lines = String(decoding: received, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 1_001 && lines.last == "last" && lines[999] == "line 999")
        withExtendedLifetime(server) {}
    }

    @Test func whatAReaderDoesNotTakeIsBoundedAndItsDrainIsHeardOf() throws {
        let loop = try EventLoop()
        var stream: HTTPStream?
        let (server, address) = try serve(loop) { _ in .stream(contentType: "text/plain") { stream = $0 } }
        var received = 0
        let reader = try HTTPClient.request("GET", "/", at: address, on: loop, receive: { received += $0.count }, done: { _ in })
        #expect(loop.run { stream != nil })
        reader.pauseReading()
        let piece = [UInt8](repeating: 65, count: 1 << 20)
        var written = 0
        while try #require(stream).write(piece) { written += 1 }
        #expect(written == HTTPServer.streamBacklog >> 20 && stream?.isOpen == true)
        #expect(stream?.write([1]) == false)
        var drained = 0
        stream?.onDrain = { drained += 1 }
        loop.run(for: .milliseconds(50))
        #expect(drained == 0)
        reader.resumeReading()
        #expect(loop.run { drained == 1 && received == written << 20 })
        reader.close(.abort)
        #expect(loop.run { stream?.isOpen == false } && stream?.write([1]) == false)
        withExtendedLifetime(server) {}
    }

    @Test func aStreamMayOutliveItsServerAndEndInItsOwnBeginning() throws {
        let loop = try EventLoop()
        var stream: HTTPStream?
        var (server, address): (HTTPServer?, SocketAddress) = try serve(loop) { request in
            .stream(contentType: "text/plain") {
                stream = $0
                if request.path == ["short"] { $0.end() }
            }
        }
        #expect(try ask(loop, "GET", "/short", at: address).failure == nil)
        stream = nil
        var ended = false
        try HTTPClient.request("GET", "/", at: address, on: loop, receive: { _ in }) { _ in ended = true }
        #expect(loop.run { stream != nil })
        server = nil
        #expect(stream?.isOpen == false)
        #expect(stream?.write([1]) == false)
        stream?.end()
        #expect(loop.run { ended } && server == nil)
    }

    @Test func onlyThoseOnThisMachineAreServed() throws {
        let loop = try EventLoop()
        #expect(throws: EventLoopError.self) { try serve(loop, at: .ipv4(0, port: 0)) { _ in .text(200, "") } }
        let path = freshPath()
        let (server, _) = try serve(loop, at: .unix(path: path)) { _ in .text(200, "") }
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        withExtendedLifetime(server) {}
    }

    @Test func whatIsNoAdminFaceIsSaidToBeNone() throws {
        let loop = try EventLoop()
        for (bytes, closes) in [("SSH-2.0-none of this\r\n\r\n", false), (String(repeating: "x", count: 40_000), false), ("", true)] {
            let listener = try Listener(on: loop, address: loopback, backlogLimit: 1 << 20) { stream in
                let recorder = Recorder()
                recorder.onReceive = { connection, _ in
                    connection.send([UInt8](bytes.utf8))
                    if closes { connection.close(.orderly) }
                }
                return recorder
            }
            let failure = try ask(loop, "GET", "/", at: listener.address).failure
            switch failure {
            case .notHTTP where !closes: break
            case .connection(_, .peerClosed) where closes: break
            default: Issue.record("\(bytes.prefix(10)): \(String(describing: failure))")
            }
        }
    }
}
