import Line
import Testing
import Time

@Suite struct PassageTests {
    /// 100 bytes at 8 kbit/s take 100 ms.
    @Test func packetsTakeTheTimeOfTheirBits() throws {
        var bench = try Bench("direct:rate=8k/80k,delay=20ms")
        for _ in 0..<3 { bench.send(at: .zero) }
        for _ in 0..<3 { bench.send(.init(100), .toServer, at: .zero) }
        bench.send(at: .seconds(1))
        bench.run(until: .seconds(2))
        func times(_ direction: LineDirection) -> [Duration] {
            bench.arrivals.filter { $0.direction == direction }.map { $0.at - .zero }
        }
        #expect(times(.toServer) == [.milliseconds(120), .milliseconds(220), .milliseconds(320)])
        #expect(times(.toClients) == [.milliseconds(30), .milliseconds(40), .milliseconds(50), .milliseconds(1030)])
    }

    @Test(arguments: [
        ("isdn-64k:dial=none", 1500, 187_500_000 + 14_000_000), ("t1", 1500, 7_812_500 + 2_000_000),
        ("modem-28.8k:dial=none,jitter=0s", 40, 11_111_112 + 65_000_000), ("direct", 1500, 0),
    ])
    func presetsTakeTheirTime(text: String, bytes: Int, nanoseconds: Int) throws {
        var bench = try Bench(text)
        bench.send(bytes, at: .zero)
        bench.run(until: .seconds(1))
        #expect(bench.arrivalTimes == [.nanoseconds(nanoseconds)])
    }

    /// One is being sent, the queue holds the next ones, the rest is dropped; what has begun to be sent makes room.
    @Test(arguments: [("5p", 6), ("499B", 5), ("500B", 6), ("0p", 1)])
    func fullQueuesDrop(queue: String, passed: Int) throws {
        var bench = try Bench("direct:rate=8k,queue=\(queue)")
        for _ in 0..<20 { bench.send(at: .zero) }
        #expect(bench.dropped(.queueFull) == 20 - passed)
        // 100 ms later one has gone, and there is room for one more.
        for _ in 0..<2 { bench.send(at: .milliseconds(100)) }
        #expect(bench.dropped(.queueFull) == 20 - passed + 1)
        bench.run(until: .seconds(10))
        #expect(bench.arrivals.count == passed + 1)
    }

    @Test func jitterKeepsTheOrder() throws {
        var bench = try Bench("direct:delay=10ms,jitter=30ms")
        for index in 0..<1000 { bench.send(100 + index, at: .milliseconds(index)) }
        bench.run(until: .seconds(5))
        #expect(bench.arrivals.map(\.packet.count) == (100..<1100).map { $0 })
        let late = zip(bench.arrivalTimes, 0...).map { $0 - .milliseconds($1) }
        #expect(late.allSatisfy { .milliseconds(10)...(.milliseconds(40)) ~= $0 } && Set(late).count > 500)
    }

    @Test func someOvertakeOthers() throws {
        var bench = try Bench("direct:reorder=10%/50ms")
        for index in 0..<10_000 { bench.send(20 + index % 1000, at: .milliseconds(index * 10)) }
        bench.run(until: .seconds(1000))
        let held = zip(bench.arrivals, bench.arrivals.dropFirst()).count { $0.0.packet.count > $0.1.packet.count }
        // Ten falls are the counter's own, one a thousand.
        #expect(bench.arrivals.count == 10_000 && 700...1100 ~= held)
    }

    @Test func someComeTwice() throws {
        var bench = try Bench("direct:duplicate=20%")
        for index in 0..<10_000 { bench.send(at: .milliseconds(index)) }
        #expect(bench.arrivals.count == 10_000 + bench.line.totals.duplicated)
        #expect(1850...2150 ~= bench.line.totals.duplicated)
    }

    /// Within four standard deviations of the long-run rate; for bursts of mean length L their number counts, not the packets'.
    @Test(
        arguments: [
            ("2%", 0.02, 0.0026), ("ge/1%/20%/100%/0%", 0.01 / 0.21, 0.0115), ("ge/1%/20%/50%/1%", 0.01 / 0.21 * 0.49 + 0.01, 0.0065),
            ("100%", 1, 0), ("0%", 0, 0),
        ], [1, 2] as [UInt64])
    func packetsAreLostAsOftenAsTheModelSays(loss: (text: String, rate: Double, tolerance: Double), seed: UInt64) throws {
        var bench = try Bench("direct:loss=\(loss.text)", seed: seed)
        #expect(abs(bench.line.plan.loss.rate - loss.rate) < 1e-12)
        let packets = 50_000
        for index in 0..<packets { bench.send(20, at: .milliseconds(index)) }
        let rate = Double(bench.dropped(.loss)) / Double(packets)
        #expect(abs(rate - loss.rate) <= loss.tolerance, "\(rate)")
        #expect(bench.arrivals.count + bench.dropped(.loss) == packets)
    }

    /// 1 / leave packets in the mean, and never two bursts at one packet's distance more often than chance has it.
    @Test func lossesComeInBursts() throws {
        var bench = try Bench("direct:loss=ge/1%/20%")
        let packets = 100_000
        for index in 0..<packets {
            bench.send([UInt8(index & 255), UInt8(index >> 8 & 255), UInt8(index >> 16)], at: .milliseconds(index))
        }
        var there = [Bool](repeating: false, count: packets)
        for arrival in bench.arrivals { there[Int(arrival.packet[0]) | Int(arrival.packet[1]) << 8 | Int(arrival.packet[2]) << 16] = true }
        let bursts = zip(there, there.dropFirst()).count { $0 && !$1 }
        let mean = Double(there.count { !$0 }) / Double(bursts)
        #expect(4.5...5.5 ~= mean, "\(mean)")
    }

    @Test func theSameSeedIsTheSameLine() throws {
        func times(_ seed: UInt64) throws -> [Duration] {
            var bench = try Bench("wifi-lossy:reorder=5%/8ms,duplicate=1%", seed: seed)
            for index in 0..<2_000 { bench.send(at: .milliseconds(index)) }
            bench.run(until: .seconds(5))
            return bench.arrivalTimes
        }
        #expect(try times(7) == times(7))
        #expect(try times(7) != times(8))
    }

    @Test func nothingPassesWhileTheLineIsCut() throws {
        var bench = try Bench("direct:delay=100ms,cut=1s+2s/5s")
        for tenth in 0..<80 { bench.send(at: .milliseconds(tenth * 100 + 50)) }
        bench.heal(at: .seconds(9))
        bench.run(until: .seconds(20))
        // On its way when the cut came, at 0.95 and 4.95 s, and sent during it: 20 and, to 7.95 s, 30.
        #expect(bench.dropped(.cut) == 1 + 20 + 1 + 30)
        #expect(bench.arrivals.count == 80 - 52)
        #expect(bench.states.map(\.state) == [.up, .cut, .up, .cut, .up])
        #expect(bench.states.map(\.at) == [.zero, .seconds(1), .seconds(3), .seconds(5), .seconds(9)])
        #expect(bench.line.upTime(at: .zero + .seconds(20)) == .seconds(1 + 2 + 11))
    }
}
