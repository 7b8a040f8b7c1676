import Line
import Testing
import Time

@Suite struct CallTests {
    /// 100 bytes at 8 kbit/s: 100 ms. The call is answered 2 s after the packet and idle from its last bit on.
    @Test func theLineIsHungUpAfterItsIdleTimeAndNotBefore() throws {
        var bench = try Bench("direct:rate=8k,delay=10ms,dial=2s,idle=60s")
        bench.send(at: .seconds(5))
        // Just before it would be hung up the other side says something.
        let late = Duration.seconds(5 + 2 + 60) + .milliseconds(100) - .nanoseconds(1)
        bench.send(100, .toServer, at: late)
        let end = late + .milliseconds(100) + .seconds(60)
        bench.run(until: end - .nanoseconds(1))
        #expect(bench.calls.isEmpty && bench.line.state == .up)
        bench.run(until: end)
        let call = try #require(bench.calls.first)
        #expect(call.placed == .zero + .seconds(5) && call.up == .zero + .seconds(7) && call.ended == .zero + end)
        #expect(call.end == .idle && call.sent.toClients.packets == 1 && call.sent.toServer.bytes == 100)
        #expect(bench.arrivalTimes == [.milliseconds(7110), late + .milliseconds(110)])
        #expect(bench.states.map(\.state) == [.down, .dialling, .up, .down])
    }

    /// n = floor(T / interval) probes in an hour. Where the call placed for one is over when the next comes, each places one.
    /// Where it is not, because it was answered later than the probe came, the next finds it up and the one after that does
    /// not: one for every two. And within the idle time the first one's call never ends.
    @Test(arguments: [
        (interval: 30, idle: 60), (61, 60), (62, 60), (63, 60), (120, 60), (300, 120), (121, 120), (7200, 60), (12 * 60, 120),
    ])
    func eachProbeBeyondTheIdleTimePlacesACall(interval: Int, idle: Int) throws {
        var bench = try Bench("isdn-64k:idle=\(idle)s,dial=2s")
        let hour = 3600
        for time in stride(from: interval, through: hour, by: interval) { bench.send(40, at: .seconds(time)) }
        bench.run(until: .seconds(hour + 3))
        let probes = hour / interval
        // Answered 2 s after the probe, sent in 5 ms, idle from then on.
        let expected =
            Double(interval) >= Double(idle) + 2.005 ? probes : Double(interval) >= Double(idle) + 0.005 ? (probes + 1) / 2 : min(1, probes)
        #expect(bench.line.totals.placed == expected)
        #expect(bench.line.totals.answered == expected)
        bench.stop(at: .seconds(hour * 2))
        #expect(bench.calls.count == expected)
        if expected == probes, probes > 0 {
            #expect(bench.calls.allSatisfy { $0.upTime == .seconds(idle) + .milliseconds(5) })
        }
    }

    @Test func onlyTheDirectionAskedForKeepsTheLineUp() throws {
        for (resets, end) in [("to-server", [13]), ("to-clients", [11, 23]), ("both", [22])] {
            var bench = try Bench("direct:dial=1s,idle=10s,resets=\(resets)")
            bench.send(at: .zero)
            bench.send(100, .toServer, at: .seconds(3))
            bench.send(100, .toClients, at: .seconds(12))
            bench.run(until: .seconds(30))
            #expect(bench.calls.map(\.ended) == end.map { .zero + .seconds($0) }, "\(resets)")
        }
    }

    /// Held ones go out in order as soon as the call is answered; beyond the limit, and with none, they are dropped.
    @Test(arguments: [(hold: 5, arrive: 5, reason: LineDrop.holdFull), (0, 0, .notUp), (20, 10, .holdFull)])
    func packetsAreHeldOrDroppedWhileDialling(hold: Int, arrive: Int, reason: LineDrop) throws {
        var bench = try Bench("direct:dial=2s,idle=5s,hold=\(hold)")
        for index in 0..<10 { bench.send(100 + index, index % 2 == 0 ? .toClients : .toServer, at: .milliseconds(index * 100)) }
        bench.run(until: .seconds(30))
        #expect(bench.arrivals.map(\.packet.count) == (0..<arrive).map { 100 + $0 })
        #expect(bench.arrivalTimes.allSatisfy { $0 == .seconds(2) })
        #expect(bench.dropped(reason) == 10 - arrive)
        #expect(bench.calls.count == 1 && bench.calls[0].end == .idle && bench.calls[0].upTime == .seconds(5))
    }

    /// 3 s of dialling, engaged, 10 s of rest, and so on; what is held waits for as long as it takes.
    @Test func anEngagedLineIsDialledAgain() throws {
        var bench = try Bench("direct:dial=3s,idle=5s,engaged=100%/10s,hold=1")
        bench.send(at: .zero)
        bench.send(at: .seconds(1))
        bench.stop(at: .seconds(39 + 1))
        #expect(bench.calls.map(\.placed) == [0, 13, 26, 39].map { .zero + .seconds($0) })
        #expect(bench.calls.map(\.end) == [.engaged, .engaged, .engaged, .stopped])
        #expect(bench.calls.allSatisfy { $0.up == nil && $0.cause == bench.calls[0].cause })
        #expect(bench.line.totals.engaged == 3 && bench.line.totals.answered == 0)
        #expect(bench.states.prefix(5).map(\.state) == [.down, .dialling, .engaged, .down, .dialling])
        #expect(bench.line.upTime(at: .zero + .seconds(40)) == .zero)
    }

    @Test func someCallsFindTheLineEngaged() throws {
        var bench = try Bench("direct:dial=1s,idle=5s,engaged=25%/10s,hold=0")
        for minute in 0..<10_000 { bench.send(at: .seconds(minute * 60)) }
        bench.run(until: .seconds(1_000_000))
        // Within four standard deviations of 2,500.
        #expect(2_327...2_673 ~= bench.line.totals.engaged)
        #expect(bench.line.totals.engaged + bench.line.totals.answered == 10_000)
    }

    /// What had its turn arrives, what had not is lost with the call.
    @Test func aHangUpLosesWhatHadNotBeenSent() throws {
        var bench = try Bench("direct:rate=8k,delay=500ms,dial=0s,idle=250ms,resets=to-server")
        for _ in 0..<5 { bench.send(at: .zero) }
        bench.run(until: .seconds(5))
        #expect(bench.arrivalTimes == [.milliseconds(600), .milliseconds(700)])
        #expect(bench.dropped(.hungUp) == 3)
    }

    @Test func aCutEndsTheCallAndAHealedLineIsDialledAnew() throws {
        var bench = try Bench("direct:dial=1s,idle=60s,cut=10s+5s")
        bench.send(at: .zero)
        bench.send(at: .seconds(12))
        bench.send(at: .seconds(16))
        bench.cut(at: .milliseconds(16_500))
        bench.run(until: .seconds(20))
        #expect(bench.calls.map(\.end) == [.cut, .cut])
        #expect(bench.calls.map(\.upTime) == [.seconds(9), nil])
        // The one sent to a line that was cut, and the one held when it was.
        #expect(bench.dropped(.cut) == 2)
        #expect(bench.states.map(\.state) == [.down, .dialling, .up, .cut, .down, .dialling, .cut])
    }

    @Test func theCauseOfACallIsWrittenDown() throws {
        var bench = try Bench("isdn-64k:idle=10s")
        bench.send(Packet.tcp(from: (1, 3389), to: (2, 1025), flags: 0x10), .toClients, at: .zero)
        bench.send(Packet.udp(from: (2, 137), to: (255, 137), length: 78), .toServer, at: .seconds(60))
        bench.send([1, 2, 3], .toServer, at: .seconds(120))
        bench.stop(at: .seconds(180))
        let causes = bench.calls.map(\.cause)
        #expect(causes.map(\.protocol) == ["tcp", "udp", "?"] && causes.map(\.length) == [40, 78, 3])
        #expect(causes.map(\.source) == ["10.0.0.1:3389", "10.0.0.2:137", nil])
        #expect(causes.map(\.destination) == ["10.0.0.2:1025", "10.0.0.255:137", nil])
        #expect(causes.map(\.flags) == ["A", nil, nil] && causes[0].sequence == 258)
        #expect(causes.map(\.direction) == [.toClients, .toServer, .toServer])
    }

    @Test func whatACallCarriedIsWrittenDownByKind() throws {
        var bench = try Bench("isdn-64k:idle=10s")
        let (syn, ack, push, fin): (UInt8, UInt8, UInt8, UInt8) = (2, 16, 24, 17)
        for (flags, length) in [(syn, 40), (ack, 40), (push, 90), (ack, 41), (fin, 40)] {
            bench.send(Packet.tcp(from: (2, 1025), to: (1, 3389), flags: flags, length: length), .toServer, at: .zero)
        }
        bench.send(Packet.udp(from: (1, 213), to: (2, 213)), .toClients, at: .seconds(1))
        bench.send([1, 2, 3], .toClients, at: .seconds(1))
        // In a call of its own.
        bench.send(Packet.tcp(from: (1, 3389), to: (2, 1025), flags: ack), .toClients, at: .seconds(60))
        bench.stop(at: .seconds(120))
        let kinds = bench.calls.map { call in PacketKind.allCases.map { call.byKind[$0] } }
        func traffic(_ packets: Int, _ bytes: Int) -> LineCall.Traffic { .init(packets: packets, bytes: bytes) }
        #expect(
            kinds == [
                [traffic(2, 80), traffic(2, 131), traffic(1, 40), traffic(1, 28), traffic(1, 3)],
                [traffic(0, 0), traffic(0, 0), traffic(1, 40), traffic(0, 0), traffic(0, 0)],
            ])
        #expect(bench.line.totals.byKind.bare == traffic(2, 80))
    }

    /// However it is driven, every packet is accounted for and calls do not overlap.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func randomSchedulesKeepTheBooks(seed: UInt64) throws {
        var generator = SystemRandomNumberGenerator.seeded(seed)
        var bench = try Bench(
            "modem-28.8k:dial=3s,idle=4s,engaged=30%/2s,hold=6,loss=ge/5%/30%,reorder=5%,duplicate=5%,queue=3p,cut=20s+7s/50s+1s,forget=9s",
            seed: seed)
        var sent = 0
        var time = Duration.zero
        for _ in 0..<300 {
            time += .milliseconds(Int.random(in: 0...(Bool.random(using: &generator) ? 40 : 900), using: &generator))
            bench.send(Int.random(in: 20...1500, using: &generator), Bool.random(using: &generator) ? .toServer : .toClients, at: time)
            sent += 1
        }
        bench.stop(at: time + .seconds(200))
        let totals = bench.line.totals
        #expect(sent + totals.duplicated == bench.arrivals.count + totals.dropped.values.reduce(0, +))
        #expect(
            totals.byKind.other
                == LineCall.Traffic(
                    packets: totals.sent.toServer.packets + totals.sent.toClients.packets,
                    bytes: totals.sent.toServer.bytes + totals.sent.toClients.bytes))
        #expect(totals.placed == bench.calls.count && totals.answered == bench.calls.count { $0.up != nil })
        #expect(zip(bench.calls, bench.calls.dropFirst()).allSatisfy { $0.ended <= $1.placed })
        #expect(bench.calls.compactMap(\.upTime).reduce(.zero, +) == bench.line.upTime(at: .zero + time + .seconds(200)))
        #expect(bench.line.next == nil)
    }
}
