import EventLoop
import Glibc
import LoopTestSupport
import Testing
import Time

@Suite struct StreamTests {
    private static func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 9)) } }

    @Test(arguments: [loopback, SocketAddress.ipv6(0, 1, port: 0), .unix(path: freshPath())])
    func whatIsSentComesBack(address: SocketAddress) throws {
        let loop = try EventLoop()
        let pair = try Pair(loop, at: address, backlogLimit: 4 << 20)
        let message = Self.pattern(1 << 20)
        pair.server.onReceive = { $0.send($1) }
        #expect(pair.clientEnd.send(message) != .refused)
        #expect(loop.run { pair.client.received.count >= message.count })
        #expect(pair.client.received == message)
        if case .unix = address {
        } else {
            #expect(pair.serverEnd.remoteAddress == pair.clientEnd.localAddress)
            #expect(pair.clientEnd.remoteAddress == pair.serverEnd.localAddress)
        }
        pair.clientEnd.close(.orderly)
        #expect(loop.run { pair.client.closes == [.local] && pair.server.closes == [.peerClosed] })
    }

    @Test func whoDoesNotReadFillsTheBacklogUpToItsLimit() throws {
        let loop = try EventLoop()
        let limit = 100_000
        let pair = try Pair(loop, backlogLimit: limit)
        pair.clientEnd.pauseReading()
        var accepted: [UInt8] = []
        var outcome = SendOutcome.sent
        var rounds = 0
        while outcome != .refused, rounds < 100_000 {
            let piece = Self.pattern(1_000 + rounds % 7)
            outcome = pair.serverEnd.send(piece)
            if outcome != .refused { accepted += piece }
            #expect(pair.serverEnd.backlog <= limit)
            rounds += 1
        }
        #expect(outcome == .refused && pair.serverEnd.backlog > limit - 2_000)
        #expect(pair.server.drained == 0)
        loop.run(for: .milliseconds(50))
        #expect(pair.client.received.isEmpty, "nothing is read while reading is paused")
        pair.clientEnd.resumeReading()
        #expect(loop.run { pair.server.drained == 1 && pair.client.received.count == accepted.count })
        #expect(pair.client.received == accepted && pair.serverEnd.backlog == 0)
        pair.clientEnd.close(.abort)
        #expect(loop.run { pair.server.closes == [.reset] })
    }

    @Test func anOrderlyCloseDeliversTheBacklogFirst() throws {
        let loop = try EventLoop()
        let pair = try Pair(loop, backlogLimit: 16 << 20)
        let message = Self.pattern(8 << 20)
        #expect(pair.serverEnd.send(message) == .queued)
        pair.serverEnd.close(.orderly)
        #expect(pair.serverEnd.send([1]) == .closed)
        #expect(loop.run { !pair.client.closes.isEmpty })
        #expect(pair.client.received == message && pair.client.closes == [.peerClosed])
        #expect(loop.run { pair.server.closes == [.local] })
    }

    @Test func anOrderlyCloseWaitsNoLongerThanItsLimit() throws {
        let loop = try EventLoop()
        let pair = try Pair(loop, backlogLimit: 16 << 20)
        pair.clientEnd.pauseReading()
        pair.serverEnd.send(Self.pattern(8 << 20))
        let began = loop.now
        pair.serverEnd.close(.orderly)
        #expect(loop.run { !pair.server.closes.isEmpty })
        #expect(pair.server.closes == [.local])
        #expect(abs((loop.now - began - Stream.lingerLimit).inSeconds) < 1)
        pair.clientEnd.close(.abort)
        #expect(loop.run { pair.client.closes.count == 1 })
    }

    @Test func anAbortIsAResetForThePeer() throws {
        let loop = try EventLoop()
        let pair = try Pair(loop)
        pair.serverEnd.close(.abort)
        #expect(pair.server.closes.isEmpty, "not from within the call")
        #expect(loop.run { pair.client.closes == [.reset] && pair.server.closes == [.local] })
        #expect(pair.clientEnd.send([1]) == .closed && pair.clientEnd.fileDescriptor == -1)
    }

    @Test func nobodyThereIsRefused() throws {
        let loop = try EventLoop()
        let listener = try Listener(on: loop, address: loopback, backlogLimit: 1) { _ in nil }
        let address = listener.address
        listener.close()
        let recorder = Recorder()
        _ = try Stream.connect(to: address, backlogLimit: 1, on: loop, handler: recorder)
        #expect(loop.run { recorder.closes == [.refused] } && recorder.opened == 0)
        #expect(throws: EventLoopError.self) {
            try Stream.connect(to: .unix(path: freshPath()), backlogLimit: 1, on: loop, handler: recorder)
        }
    }

    @Test func aListenerThatGivesNoHandlerTurnsAway() throws {
        let loop = try EventLoop()
        let listener = try Listener(on: loop, address: loopback, backlogLimit: 1) { _ in nil }
        let recorder = Recorder()
        _ = try Stream.connect(to: listener.address, backlogLimit: 1, on: loop, handler: recorder)
        #expect(loop.run { recorder.closes == [.reset] })
    }

    @Test func theSourceAddressIsTheOneAskedFor() throws {
        let loop = try EventLoop()
        var peer: SocketAddress?
        let recorder = Recorder()
        let listener = try Listener(on: loop, address: loopback, backlogLimit: 1) {
            peer = $0.remoteAddress
            return recorder
        }
        let stream = try Stream.connect(
            to: listener.address, from: .ipv4(0x7F12_0304, port: 0), backlogLimit: 1, on: loop, handler: Recorder())
        #expect(loop.run { peer != nil } && peer?.host == "127.18.3.4")
        stream.close(.abort)
        #expect(loop.run { recorder.closes.count == 1 })
    }

    /// A pause asked for before there is anything to read holds.
    @Test func aPauseBeforeTheConnectionIsThereHolds() throws {
        let loop = try EventLoop()
        let server = Recorder()
        var accepted: Stream?
        let listener = try Listener(on: loop, address: loopback, backlogLimit: 1 << 16) {
            accepted = $0
            $0.pauseReading()
            return server
        }
        let client = Recorder()
        let stream = try Stream.connect(to: listener.address, backlogLimit: 1 << 16, on: loop, handler: client)
        stream.pauseReading()
        #expect(loop.run { client.opened == 1 && accepted != nil })
        stream.send([1])
        accepted?.send([2])
        loop.run(for: .milliseconds(100))
        #expect(client.received.isEmpty && server.received.isEmpty)
        stream.resumeReading()
        accepted?.resumeReading()
        #expect(loop.run { client.received == [2] && server.received == [1] })
        stream.close(.abort)
        #expect(loop.run { client.closes.count == 1 && server.closes.count == 1 })
    }

    @Test func datagramsGoBothWays() throws {
        let loop = try EventLoop()
        var heard: [UInt8] = []
        var echo: DatagramSocket?
        echo = try DatagramSocket(on: loop, address: loopback) { bytes, peer in echo?.send(bytes, to: peer) }
        var socket: DatagramSocket?
        socket = try DatagramSocket(on: loop, address: loopback) { bytes, _ in
            heard = [UInt8](bytes)
            socket?.close()
        }
        #expect(try #require(socket).send(([7, 8, 9] as [UInt8]).span.bytes, to: try #require(echo).address))
        #expect(loop.run { heard == [7, 8, 9] })
        echo?.close()
        echo = nil
    }
}
