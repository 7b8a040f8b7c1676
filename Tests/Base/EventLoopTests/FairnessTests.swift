import EventLoop
import Glibc
import LoopTestSupport
import Testing
import Time

/// Who is well does not wait for the many.
@Suite struct FairnessTests {
    @Test func aTurnOfTheLoopDoesNotStayWithAllThatWasPutOff() throws {
        let loop = try EventLoop()
        let bodies = 100
        var done: [Int] = []
        var ticksMeanwhile = 0
        let ticks = loop.every(.milliseconds(1)) { if done.count < bodies { ticksMeanwhile += 1 } }
        for number in 0..<bodies {
            loop.afterThisCallback {
                let end = loop.now + .milliseconds(1)
                while loop.now < end {}
                done.append(number)
            }
        }
        #expect(loop.run { done.count == bodies })
        ticks.cancel()
        #expect(done == Array(0..<bodies))
        #expect(ticksMeanwhile >= 5)
    }

    /// Many peers say something in one moment, and one says something after them all. libevent asks the kernel for 32
    /// events, then 64, then 128; the last is in one of these.
    @Test(arguments: [false, true]) func whoHasPriorityIsHeardBeforeOthersWhoSpokeBefore(hasPriority: Bool) throws {
        let before = try #require(try Self.heardBeforeTheLast { if hasPriority { $0.prioritise(true) } })
        if hasPriority { #expect(before <= 32 + 64 + 128) } else { #expect(before == Self.many) }
    }

    @Test func whoHasPriorityStillDoesWhenItReadsAgainAfterAPause() throws {
        let before = try #require(
            try Self.heardBeforeTheLast {
                $0.prioritise(true)
                $0.pauseReading()
                $0.resumeReading()
            })
        #expect(before <= 32 + 64 + 128)
    }

    /// A peer that has always something to say, to whoever listens.
    @Test func whoHasPriorityDoesNotKeepTheOthersOut() throws {
        let loop = try EventLoop()
        let talker = try Pair(loop)
        talker.serverEnd.prioritise(true)
        var heard = 0
        var ticks = 0
        // Fails after a while instead of never ending: without a turn for others no limit of time would be one.
        talker.server.onReceive = { _, _ in
            heard += 1
            if ticks < 10, heard < 200_000 { talker.clientEnd.send([1]) }
        }
        let timer = loop.every(.milliseconds(1)) { ticks += 1 }
        talker.clientEnd.send([1])
        #expect(loop.run { ticks >= 10 })
        timer.cancel()
        #expect(heard > 1 && heard < 200_000)
    }

    /// A rest is for once: who has rested may speak as often again before the next.
    @Test func afterARestTheCountBeginsAnew() throws {
        let loop = try EventLoop()
        let talker = try Pair(loop)
        talker.serverEnd.prioritise(true)
        var heard = 0
        talker.server.onReceive = { _, _ in
            heard += 1
            talker.clientEnd.send([1])
        }
        let began = loop.now
        talker.clientEnd.send([1])
        // With a rest of 5 ms after each 1,024 it is some ten of them; with one after each it would be a minute.
        #expect(loop.run(for: .seconds(30)) { heard > 12 * 1024 })
        #expect(loop.now - began > .milliseconds(5) * 10)
    }

    /// Whoever comes first and has so much to say that each time takes long is not heard alone either.
    @Test func whoHasPriorityMakesRoomAfterSomeTimeToo() throws {
        let loop = try EventLoop()
        let talker = try Pair(loop, backlogLimit: 1 << 24)
        talker.serverEnd.prioritise(true)
        let other = try Pair(loop)
        var heard = 0
        var heardBefore: Int?
        talker.server.onReceive = { _, _ in
            heard += 1
            let end = loop.now + .milliseconds(5)
            while loop.now < end {}
            if heardBefore == nil, heard < 400 { talker.clientEnd.send([1]) }
        }
        other.server.onReceive = { _, _ in heardBefore = heard }
        talker.clientEnd.send([1])
        other.clientEnd.send([1])
        #expect(loop.run { heardBefore != nil })
        // 20 ms are four times.
        #expect(try #require(heardBefore) < 20)
    }

    /// A peer that sends without end over TLS is heard a buffer at a time: what it has sent meanwhile comes after the others.
    @Test func whoSpeaksTLSIsNotHeardAlone() throws {
        let path = freshPath() + ".pem"
        defer { unlink(path) }
        try SelfSignedCertificate.create(for: "localhost", at: path)
        let loop = try EventLoop()
        let pair = try Pair(loop)
        let server = try pair.serverEnd.startTLS(try TLSContext(certificate: path, key: path))
        let client = try pair.clientEnd.startTLS(try TLSContext.client.get())
        var (calls, ticks, inARow, most) = (0, 0, 0, 0)
        let timer = loop.every(.milliseconds(1)) {
            ticks += 1
            inARow = 0
        }
        pair.server.onReceive = { _, bytes in
            calls += 1
            inARow += 1
            most = max(most, inARow)
            let end = loop.now + .milliseconds(3)
            while loop.now < end {}
        }
        let size = 8 << 20
        client.send([UInt8](repeating: 7, count: size))
        #expect(loop.run { pair.server.received.count == size })
        timer.cancel()
        #expect(calls > 20 && most <= 3, "\(most) of \(calls) in a row")
        server.close(.abort)
    }

    private static let many = 400

    /// How many of ``many`` are heard before one that speaks after them all, whose stream is prepared.
    private static func heardBeforeTheLast(_ prepare: (LoopStream) -> Void) throws -> Int? {
        let loop = try EventLoop()
        let others = try (0..<many).map { _ in try Pair(loop) }
        let one = try Pair(loop)
        prepare(one.serverEnd)
        var heard = 0
        var heardBefore: Int?
        for other in others { other.server.onReceive = { _, _ in heard += 1 } }
        one.server.onReceive = { _, _ in heardBefore = heard }
        for pair in others + [one] { pair.clientEnd.send([1]) }
        return loop.run { heard == many && heardBefore != nil } ? heardBefore : nil
    }
}
