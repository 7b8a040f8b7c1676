import EventLoop
import LoopTestSupport
import Testing

/// A callback may close or let go of anything, itself included.
@Suite struct ClosingTests {
    @Test(arguments: [CloseMode.orderly, .abort])
    func itselfWhenItOpens(mode: CloseMode) throws {
        let loop = try EventLoop()
        let server = Recorder()
        let listener = try Listener(on: loop, address: loopback, backlogLimit: 1) { _ in server }
        let client = Recorder()
        client.onOpen = { $0.close(mode) }
        _ = try Stream.connect(to: listener.address, backlogLimit: 1, on: loop, handler: client)
        #expect(loop.run { client.closes == [.local] && server.closes.count == 1 })
    }

    @Test(arguments: [CloseMode.orderly, .abort])
    func itselfWhenItReceives(mode: CloseMode) throws {
        let loop = try EventLoop()
        let pair = try Pair(loop)
        pair.server.onReceive = { connection, _ in
            connection.close(mode)
            connection.close(.abort)
            #expect(connection.send([1]) == .closed)
        }
        pair.clientEnd.send([1, 2, 3])
        #expect(loop.run { pair.server.closes == [.local] && pair.client.closes.count == 1 })
    }

    @Test func itselfWhenItDrainsAndAgainWhenItCloses() throws {
        let loop = try EventLoop()
        let pair = try Pair(loop, backlogLimit: 16 << 20)
        pair.server.onDrain = { $0.close(.orderly) }
        pair.server.onClose = { $0.close(.abort) }
        pair.serverEnd.send([UInt8](repeating: 1, count: 8 << 20))
        #expect(loop.run { pair.server.closes == [.local] && pair.client.closes == [.peerClosed] })
        loop.run(for: .milliseconds(50))
        #expect(pair.server.closes.count == 1 && pair.client.received.count == 8 << 20)
    }

    @Test func theOtherEndsOfAllWhoSpeakInTheSameInstant() throws {
        let loop = try EventLoop()
        let pairs = try (0..<20).map { _ in try Pair(loop) }
        var heard = 0
        for pair in pairs {
            pair.server.onReceive = { _, _ in
                heard += 1
                for other in pairs { other.serverEnd.close(.abort) }
            }
            pair.clientEnd.send([1])
        }
        #expect(loop.run { pairs.allSatisfy { $0.server.closes == [.local] && $0.client.closes == [.reset] } })
        #expect(heard == 1, "the others were closed before they could be heard")
    }

    @Test func theListenerInItsOwnCallback() throws {
        let loop = try EventLoop()
        let server = Recorder()
        var listener: Listener?
        var accepted = 0
        listener = try Listener(on: loop, address: loopback, backlogLimit: 1) { _ in
            accepted += 1
            listener?.close()
            listener = nil
            return server
        }
        let clients = (0..<5).map { _ in Recorder() }
        let address = try #require(listener).address
        for client in clients { _ = try Stream.connect(to: address, backlogLimit: 1, on: loop, handler: client) }
        #expect(loop.run { clients.count { $0.closes.count == 1 } == 4 })
        #expect(accepted == 1)
        clients.first { $0.closes.isEmpty }?.onReceive = { connection, _ in connection.close(.abort) }
    }

    @Test func aStreamThatIsClosedWhileItIsAcceptedIsReportedToo() throws {
        let loop = try EventLoop()
        let server = Recorder()
        let listener = try Listener(on: loop, address: loopback, backlogLimit: 1) {
            $0.close(.abort)
            return server
        }
        let client = Recorder()
        _ = try Stream.connect(to: listener.address, backlogLimit: 1, on: loop, handler: client)
        #expect(loop.run { client.closes.count == 1 })
        loop.run(for: .milliseconds(50))
        #expect(server.closes == [.local])
    }

    @Test func timersStreamsAndListenersFromATimer() throws {
        let loop = try EventLoop()
        let pair = try Pair(loop)
        var listener: Listener? = try Listener(on: loop, address: loopback, backlogLimit: 1) { _ in nil }
        var never = false
        var other: Timer? = loop.after(.milliseconds(10)) { never = true }
        var own: Timer?
        own = loop.after(.milliseconds(10)) {
            other = nil
            listener = nil
            pair.clientEnd.close(.abort)
            own = nil
        }
        if own == nil { Issue.record("it fired at once") }
        // Both are due at once; which is first is the loop's affair.
        #expect(loop.run { pair.client.closes == [.local] && pair.server.closes == [.reset] })
        #expect(listener == nil && other == nil)
        _ = never
    }

    @Test func aHandlerThatNobodyKeepsHearsOfTheEnd() throws {
        let loop = try EventLoop()
        var closes = 0
        let listener = try Listener(on: loop, address: loopback, backlogLimit: 1) { _ in
            let server = Recorder()
            server.onClose = { _ in closes += 1 }
            return server
        }
        func connect() throws {
            let client = Recorder()
            client.onOpen = { $0.close(.orderly) }
            client.onClose = { _ in closes += 1 }
            _ = try Stream.connect(to: listener.address, backlogLimit: 1, on: loop, handler: client)
        }
        for _ in 0..<10 { try connect() }
        #expect(loop.run { closes == 20 })
    }
}
