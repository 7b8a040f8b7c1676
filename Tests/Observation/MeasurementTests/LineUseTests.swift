import Contracts
import Line
import Testing
import Time

@testable import Measurement

/// What a line's calls come to in a stretch of time, and what a replay makes of packets.
@Suite struct LineUseTests {
    private static func seconds(_ value: Double) -> MonotonicTime { .zero + .seconds(value) }

    private static func packet(_ time: Double, _ kind: TrafficClass) -> LineReplay.Packet {
        LineReplay.Packet(time: seconds(time), direction: .toClients, bytes: 52, kind: kind)
    }

    /// Hangs up after 4 s, is there 1 s after the first packet, and takes no time to send.
    private static func plan() throws -> LinePlan { try LinePlan(parsing: "direct:dial=1s,idle=4s") }

    @Test func aCallThatBeganBeforeCountsForWhatOfItLiesWithin() throws {
        let calls = LineReplay(
            try Self.plan(), packets: [Self.packet(0, .sessionData), Self.packet(3, .sessionData)], until: Self.seconds(20)
        ).calls
        // Up from 1 s, idle from 3 s, hung up at 7 s.
        let use = LineUse(calls, tariff: try Tariff(parsing: "1 DEM/2s"), window: Self.seconds(4)..<Self.seconds(20))
        #expect(use.calls == 0 && abs(use.upSeconds - 3) < 1e-9)
        // Units begin at 1, 3 and 5 s.
        #expect(use.charge == 1)
        #expect(LineUse(calls, tariff: nil, window: Self.seconds(8)..<Self.seconds(20)) == LineUse())
    }

    @Test func whatLivenessKeepsUpIsTheDifference() throws {
        let packets = [
            Self.packet(0, .sessionData), Self.packet(3, .keepAliveProbe), Self.packet(6, .keepAliveProbe),
            Self.packet(20, .keepAliveProbe), Self.packet(30, .sessionData),
        ]
        let window = Self.seconds(0)..<Self.seconds(50)
        let cost = LineCost(
            line: try Self.plan(), tariff: try Tariff(parsing: "0.12 DEM/90s"),
            calls: LineReplay(try Self.plan(), packets: packets, until: Self.seconds(50)).calls,
            kinds: [1: .sessionData, 2: .keepAliveProbe, 3: .sessionData], packets: packets, window: window)
        // 1 to 10 s, 21 to 25 s, 31 to 35 s; without the probes 1 to 5 s and 31 to 35 s.
        #expect(cost.calls == 3 && abs(cost.upSeconds - 17) < 1e-9)
        #expect(cost.withoutLiveness.calls == 2 && abs(cost.withoutLiveness.upSeconds - 8) < 1e-9)
        #expect(abs(cost.livenessUpSeconds - 9) < 1e-9)
        #expect(cost.livenessCalls == 1 && cost.livenessCharge == 0.12 && cost.causes == ["sessionData": 2, "keepAliveProbe": 1])
        #expect(abs(cost.livenessChargePer30Days - 0.12 * 30 * 86_400 / 50) < 1e-6)
    }

    @Test func aLineThatNobodyUsesCostsNothing() throws {
        #expect(LineReplay(try Self.plan(), packets: [], until: Self.seconds(9)).calls.isEmpty)
    }
}
