import EventLoop
import Glibc
import LoopTestSupport
import MeasuringTestSupport
import Testing
import Wire

@Suite struct BacklogTests {
    /// Hears how much came, keeps nothing, and has something done each time.
    private final class Counter: ConnectionHandler {
        var count = 0
        var drained = 0
        var onReceive: () -> Void = {}

        func connectionDidOpen(_ connection: any Connection) {}
        func connection(_ connection: any Connection, didReceive bytes: RawSpan) {
            count += bytes.byteCount
            onReceive()
        }
        func connectionDidDrain(_ connection: any Connection) { drained += 1 }
        func connection(_ connection: any Connection, didCloseWith reason: CloseReason) {}
    }

    /// A peer that has always something to be sent and never takes all of it.
    @Test(.disabled(if: isSanitized, "freed memory is kept back")) func aBacklogThatNeverEmptiesForgetsWhatWasSent() throws {
        let loop = try EventLoop()
        let limit = 1 << 20
        let (server, client) = (Counter(), Counter())
        var accepted: LoopStream?
        let listener = try Listener(on: loop, address: loopback, backlogLimit: limit) {
            accepted = $0
            return server
        }
        let clientEnd = try LoopStream.connect(to: listener.address, backlogLimit: 1, on: loop, handler: client)
        try #require(loop.run { accepted != nil })
        let serverEnd = try #require(accepted)
        // The kernel takes less at a time than waits.
        var size: Int32 = 64 * 1024
        setsockopt(serverEnd.fileDescriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        let piece = [UInt8](repeating: 7, count: 32 * 1024)
        let fill = { while serverEnd.send(piece) != .refused {} }
        fill()
        client.onReceive = fill
        let before = ProcessMemory.residentBytes
        let total = 384 << 20
        #expect(loop.run(for: .seconds(60)) { client.count >= total })
        #expect(server.drained == 0 && serverEnd.backlog > 0 && serverEnd.backlog <= limit)
        #expect(ProcessMemory.residentBytes - before < total / 3)
        clientEnd.close(.abort)
        serverEnd.close(.abort)
    }
}
