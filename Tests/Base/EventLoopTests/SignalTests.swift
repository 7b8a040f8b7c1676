import EventLoop
import Glibc
import LoopTestSupport
import Testing

/// One loop of a process may have signals at a time (libevent); no other suite asks for any.
@Suite(.serialized) struct SignalTests {
    @Test func signalsAreHeardInTheLoopByAllWhoWatch() throws {
        let loop = try EventLoop()
        var first = 0
        var second = 0
        var inHandler = true
        var leaving: SignalWatch?
        leaving = loop.onSignal(SIGUSR1) {
            first += 1
            leaving?.cancel()
            leaving = nil
        }
        let staying = loop.onSignal(SIGUSR1) { if !inHandler { second += 1 } }
        kill(getpid(), SIGUSR1)
        inHandler = false
        #expect(loop.run { second == 1 })
        kill(getpid(), SIGUSR1)
        #expect(loop.run { second == 2 } && first == 1)
        staying.cancel()
    }

    @Test func aDescriptorThatAnotherOwnsIsWatchedUntilCancelled() throws {
        let loop = try EventLoop()
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        var heard = 0
        var watch: DescriptorWatch?
        watch = loop.onReadable(ends[0]) {
            heard += 1
            if heard == 3 { watch?.cancel() }
        }
        #expect(write(ends[1], "x", 1) == 1)
        loop.run(for: .milliseconds(100))
        #expect(heard == 3)
    }
}
