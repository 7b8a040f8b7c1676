import Random
import SPX
import Testing
import Time

@Suite struct WatchdogTests {
    private func open() -> Pair {
        var pair = Pair()
        pair.run(for: .seconds(1))
        return pair
    }

    @Test func anIdleConnectionIsProbedEverySixSecondsAndLives() {
        var pair = open()
        pair.run(for: .seconds(600))
        let probes = pair.ends.reduce(0) { $0 + ($1.sent[.probe] ?? 0) }
        let answers = pair.ends.reduce(0) { $0 + ($1.sent[.probeAnswer] ?? 0) }
        #expect(98...110 ~= probes)
        #expect(probes == answers)
        #expect(probes == pair.ends.reduce(0) { $0 + $1.probesHeard })
        #expect(answers == pair.ends.reduce(0) { $0 + $1.probeAnswersHeard })
        // As an analyser would count them.
        #expect(probes == pair.log.count { $0.header.isProbe })
        #expect(pair.ends.allSatisfy { $0.end == nil })
    }

    /// Wherever in the watchdog's period power is lost, the server knows after more than 47.5 s and at most 54 s.
    @Test(arguments: 0..<24)
    func powerOffIsFoundWithinTheBound(quarter: Int) throws {
        var pair = open()
        pair.run(for: .seconds(30) + .milliseconds(250 * quarter))
        let struck = pair.now
        pair[.client].isDark = true
        pair.run(for: .seconds(120))
        let end = try #require(pair[.server].end)
        #expect(end.reason == .timedOut)
        #expect(end.at - struck > .milliseconds(47_500))
        #expect(end.at - struck <= SPXParameters.windowsNT4.watchdogBound)
        #expect(pair.log.count { $0.header.isProbe && $0.from == .server && $0.at > struck } == 8)
        #expect(pair[.server].machine?.isFinished == true)
    }

    /// A rebooted machine knows nothing of the connection and, as SPX has no reset, says nothing.
    @Test func rebootIsFoundNoSoonerThanPowerOff() throws {
        var pair = open()
        pair.run(for: .seconds(30))
        let struck = pair.now
        pair.act(.client) { $0.abort() }
        #expect(pair[.client].end?.reason == .local)
        let sent = pair.log.count { $0.from == .client }
        pair.run(for: .seconds(120))
        #expect(pair.log.count { $0.from == .client } == sent)
        let end = try #require(pair[.server].end)
        #expect(end.reason == .timedOut)
        #expect(.seconds(47)...SPXParameters.windowsNT4.watchdogBound ~= end.at - struck)
    }

    /// The article's 16-bit client: the program hangs, its driver answers for it, and nobody ever knows.
    @Test(arguments: [0, 100, 100_000])
    func aHangWithALiveDriverIsNeverFound(bytes: Int) {
        var pair = open()
        pair.act(.client) { $0.pauseReading() }
        pair.send(.server, [UInt8](repeating: 7, count: bytes))
        pair.run(for: .seconds(24 * 3600))
        #expect(pair[.server].end == nil)
        #expect(pair[.server].machine?.isOpen == true)
    }

    @Test func whatIsNotAcknowledgedIsGivenUpWithinTheWatchdogsBound() throws {
        var pair = open()
        pair.run(for: .seconds(30))
        let struck = pair.now
        pair[.client].isDark = true
        pair.send(.server, [1, 2, 3])
        pair.run(for: .seconds(120))
        let end = try #require(pair[.server].end)
        #expect(end.reason == .timedOut)
        // Half a second, then 1, 2 and 4 s and five times 6 s.
        #expect(end.at - struck == .milliseconds(37_500))
        #expect(pair[.server].sent[.data] == 9)
    }

    @Test func aFreezeThatThawsInTimeIsSurvived() {
        var pair = open()
        pair.run(for: .seconds(10))
        pair[.client].isDark = true
        pair.send(.server, [1])
        pair.run(for: .seconds(30))
        pair[.client].isDark = false
        pair.run(for: .seconds(60))
        #expect(pair.ends.allSatisfy { $0.end == nil })
        #expect(pair[.client].received == [1])
    }

    /// A machine that stood still for hours asks eight times, as any other, before it gives its server up.
    @Test func aThawedMachineAsksBeforeItGivesUp() throws {
        var pair = open()
        pair.run(for: .seconds(10))
        pair[.client].isDark = true
        pair.run(for: .seconds(3 * 3600))
        #expect(pair[.server].machine?.isFinished == true)
        let thawed = pair.now
        pair[.client].isDark = false
        pair.run(for: .seconds(120))
        let end = try #require(pair[.client].end)
        #expect(end.reason == .timedOut)
        #expect(.milliseconds(47_500)...(.seconds(48)) ~= end.at - thawed)
    }

    @Test func aConnectionNobodyAcceptsIsGivenUpAfterTenRequests() throws {
        var pair = Pair(network: .init(loss: 100))
        pair.run(for: .seconds(60))
        #expect(pair[.client].sent[.request] == 10)
        let end = try #require(pair[.client].end)
        #expect(end.reason == .timedOut)
        #expect(end.at == .zero + .seconds(10))
    }

    @Test func packetsOfAnotherConnectionAreIgnored() {
        var pair = open()
        let before = pair.log.count
        let unknownPeer = SPXHeader(
            control: [.system, .acknowledgementRequired], sourceID: 0x7777, destinationID: 0x0202, sequence: 0,
            acknowledge: 0, allocation: 3)
        pair.act(.server) {
            let none: [UInt8] = []
            _ = $0.receive(unknownPeer, data: none.span.bytes, at: .zero + .seconds(2))
        }
        #expect(pair.log.count == before)
    }

    /// Whatever a peer sends, the machine takes it without a trap, keeps no more than a window of it, answers each packet with
    /// a bounded number of its own, and says once that it has ended.
    @Test func anyHeadersAreTaken() {
        var random = SeededGenerator(seed: 4)
        let window = Int(SPXParameters.windowsNT4.windowSize)
        var ended = 0
        for _ in 0..<300 {
            var pair = open()
            pair.send(.server, [UInt8](repeating: 1, count: 5000))
            for _ in 0..<100 {
                let header = SPXHeader(
                    control: SPXControl(rawValue: UInt8.random(in: 0...255, using: &random)),
                    datastream: SPXDatastream(rawValue: random.chance(97) ? 0 : [0xFE, 0xFF, 7].randomElement(using: &random) ?? 0),
                    sourceID: random.chance(95) ? 0x0101 : UInt16.random(in: 0...UInt16.max, using: &random),
                    destinationID: 0x0202, sequence: UInt16.random(in: 0...8, using: &random) &- 2,
                    acknowledge: UInt16.random(in: 0...12, using: &random) &- 2,
                    allocation: UInt16.random(in: 0...UInt16.max, using: &random))
                let data = [UInt8](repeating: 9, count: Int.random(in: 0...534, using: &random))
                let at = pair.now
                let before = pair.log.count
                var held = 0
                pair.act(.server) {
                    if random.chance(10) { $0.pauseReading() }
                    _ = $0.receive(header, data: data.span.bytes, at: at)
                    if random.chance(10) { held = $0.resumeReading().count }
                }
                #expect(held <= window * 534)
                // All that may go out for one packet: a window of data that it opened, and one answer of each kind.
                #expect(pair.log.count - before <= 5000 / 534 + 1 + 8)
                pair.run(for: .milliseconds(300))
            }
            let ends = pair[.server].events.count { if case .ended = $0.event { true } else { false } }
            #expect(ends <= 1)
            ended += ends
        }
        // Some of these packets end the connection, most do not.
        #expect(10..<300 ~= ended, "\(ended) of 300")
    }

    @Test func aConnectionIsSmall() {
        #expect(MemoryLayout<SPXMachine>.size <= 192)
    }
}
