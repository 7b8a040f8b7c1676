import Line
import Random
import Testing
import Time

extension SystemRandomNumberGenerator {
    static func seeded(_ seed: UInt64) -> SeededGenerator { SeededGenerator(seed: seed) }
}

@Suite struct TextTests {
    @Test(arguments: [
        "isdn-64k", "isdn-64k:dial=1s,idle=60s", "modem-28.8k:engaged=12.5%/1m,hold=0,resets=to-server",
        "t1:rate=28.8k/1M,delay=7ms,jitter=1500us,queue=64KiB", "satellite:queue=1500B,loss=1%,duplicate=0.001,reorder=2%/5ms",
        "wifi-lossy:loss=ge/1%/20%/80%/0.5%", "lte:dial=none,forget=5m", "direct:rate=9600,cut=10s+3s/1m",
        "isdn-64k:rate=none", "x25:dial=1s,idle=2m,engaged=0%/10s,hold=32,resets=both",
    ])
    func whatIsReadIsWrittenAndReadAgain(text: String) throws {
        let plan = try LinePlan(parsing: text)
        #expect(try LinePlan(parsing: plan.description) == plan, "\(plan)")
    }

    @Test(arguments: LinePlan.presets.map(\.name))
    func presetsAreTheirNames(name: String) throws {
        #expect(try LinePlan(parsing: name).description == name)
    }

    @Test func valuesAreWhatTheySay() throws {
        let plan = try LinePlan(
            parsing: "isdn-64k:idle=60s,dial=1500ms,rate=28.8k/2M,queue=3KiB,loss=ge/0.5%/25%,cut=10s+3s/1m,forget=2m,engaged=5%")
        #expect(plan.rate == BothWays(toServer: 28_800, toClients: 2_000_000))
        #expect(plan.queue == .bytes(3072) && plan.forgets == .seconds(120))
        #expect(plan.loss == .gilbertElliott(GilbertElliott(enter: 0.005, leave: 0.25)))
        #expect(plan.cuts == [.init(at: .seconds(10), lasting: .seconds(3)), .init(at: .seconds(60), lasting: nil)])
        #expect(plan.dial == DialPlan(setup: .milliseconds(1500), idle: .seconds(60), engaged: 0.05))
    }

    @Test(arguments: [
        ("adsl", "unknown line 'adsl': use modem-28.8k, isdn-64k, x25, t1, satellite, lte, wifi-lossy, direct"),
        (
            "t1:speed=1",
            "t1 has no parameter 'speed': use rate, delay, jitter, queue, loss, duplicate, reorder, cut, forget, dial, idle, engaged, "
                + "hold, resets"
        ),
        ("t1:rate", "t1: write each parameter once, as name=value, not 'rate'"),
        ("t1:delay=1s,delay=2s", "t1: write each parameter once, as name=value, not 'delay=2s'"),
        ("t1:rate=fast", "t1: rate takes bits a second like 64k, 128k/1M or none, not 'fast'"),
        ("t1:rate=0", "t1: rate takes bits a second like 64k, 128k/1M or none, not '0'"),
        ("t1:queue=5", "t1: queue takes packets or bytes like 40p or 64KiB, not '5'"),
        ("t1:loss=ge/1%", "t1: loss takes a share like 1%, or enter, leave and losses like ge/1%/20%/80%/0%, not 'ge/1%'"),
        ("t1:loss=120%", "t1: loss takes a share like 1%, or enter, leave and losses like ge/1%/20%/80%/0%, not '120%'"),
        ("t1:cut=3", "t1: cut takes times like 10s+3s/60s, or none, not '3'"),
        ("isdn-64k:idle=0s", "isdn-64k: idle takes a duration like 60s, not '0s'"),
        ("isdn-64k:engaged=5%/0s", "isdn-64k: engaged takes a share and a time to the next call like 5%/10s, not '5%/0s'"),
        ("isdn-64k:hold=-1", "isdn-64k: hold takes a number of packets from 0 to 100000, not '-1'"),
        ("isdn-64k:dial=none,idle=5s", "isdn-64k: idle is of no use with dial=none"),
    ])
    func refusalsSayWhatToWrite(text: String, message: String) {
        do throws(LineTextError) {
            _ = try LinePlan(parsing: text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.description == message)
        }
    }
}

@Suite struct TariffTests {
    /// By hand. 0.12 a unit of 90 s: 1 unit up to 90 s, 2 up to 180 s.
    @Test(arguments: [
        ("0.12 DEM/90s", 0.0, 0.12), ("0.12 DEM/90s", 1, 0.12), ("0.12 DEM/90s", 90, 0.12), ("0.12 DEM/90s", 90.001, 0.24),
        ("0.12 DEM/90s", 3600, 4.80), ("0.12 DEM/90s", 3601, 4.92), ("0.12 DEM/12m", 3600, 0.60),
        // With 0.05 for the set-up: 0.05 + 0.02 * 61, and 0.05 + 0.02 under the least.
        ("0.02 EUR/1s,setup=0.05,minimum=0.10", 60.5, 1.27), ("0.02 EUR/1s,setup=0.05,minimum=0.10", 1, 0.10),
        ("0.0375 GBP/1m,setup=0.0425", 150, 0.155), ("0 X/1s,minimum=1", 99, 1),
    ])
    func callsCostWhatTheTariffSays(text: String, seconds: Double, cost: Double) throws {
        let tariff = try Tariff(parsing: text)
        #expect(tariff.charge(forCallOf: .milliseconds(Int(seconds * 1000))).amount == cost)
    }

    /// Units by the hour of day, by hand: 90 s by day, 150 s from 5:00 to 9:00 and from 18:00 to 21:00, 240 s by night.
    @Test(arguments: [
        ("12:00", "1h", 40), ("19:00", "1h", 24), ("03:00", "1h", 15), ("23:30", "1h", 15), ("12:00", "1s", 1),
        ("03:00", "240s", 1), ("03:00", "241s", 2),
        // 17:58: two units of 90 s begin before 18:00 and end at 18:01; 9 min left are 3.6 units of 150 s.
        ("17:58", "12m", 2 + 4),
        // 4:59: one of 240 s, which ends at 5:03; then 150 s.
        ("04:59", "10m", 1 + 3),
        // A whole day from midnight: 5 h of 240 s, 4 h of 150 s, 9 h of 90 s, 3 h of 150 s, 3 h of 240 s.
        ("00:00", "24h", 75 + 96 + 360 + 72 + 45), ("00:00", "720h", 30 * 648),
    ])
    func unitsGoByTheHourOfDay(answered: String, up: String, units: Int) throws {
        let tariff = try Tariff(parsing: "telekom-1996")
        let clock = answered.split(separator: ":").compactMap { Int($0) }
        let cost = tariff.charge(
            forCallOf: try #require(DurationText.parse(up)), answered: .seconds(3600 * clock[0] + 60 * clock[1]))
        #expect(cost == Tariff.Money(tenThousandths: 1200) * units)
    }

    /// At no known hour: the mean over the day. An hour's call costs 24 x 27 units in the mean of all hours.
    @Test func withoutATimeOfDayTheMeanOverTheDayIsCharged() throws {
        #expect(try Tariff(parsing: "telekom-1996").charge(forCallOf: .seconds(3600)).amount == 3.24)
        #expect(try Tariff(parsing: "0.12 DEM/90s").charge(forCallOf: .seconds(3600)).amount == 4.80)
    }

    @Test func aLedgerKnowsTheTimeOfDay() throws {
        for (hour, charge) in [(12, 0.24), (23, 0.12)] {
            var bench = try Bench("isdn-64k:idle=100s")
            var ledger = LineLedger(tariff: try Tariff(parsing: "telekom-1996"), from: .zero, timeOfDay: .seconds(3600 * hour))
            bench.send(40, at: .seconds(60))
            bench.stop(at: .seconds(600))
            for call in bench.calls { ledger.add(call) }
            #expect(ledger.summary(of: bench.line, at: .zero + .seconds(600)).charge == charge)
        }
    }

    /// A probe every 12 minutes for a day over a line with 60 s of idle time and units of 90 s: 120 calls of one unit each.
    @Test func aDayOfProbes() throws {
        var bench = try Bench("isdn-64k:idle=60s")
        var ledger = LineLedger(tariff: try Tariff(parsing: "0.12 DEM/90s"), from: .zero)
        for probe in 1...120 { bench.send(40, at: .seconds(probe * 720)) }
        bench.stop(at: .seconds(86_400 + 720))
        for call in bench.calls { ledger.add(call) }
        let summary = ledger.summary(of: bench.line, at: .zero + .seconds(86_400 + 720))
        #expect(summary.calls == 120 && summary.charge == 14.40 && summary.currency == "DEM")
        #expect(summary.charge(for: .seconds(30 * 87_120)) == 432)
        #expect(abs(summary.upSeconds - 120 * 60.005) < 1e-6)
    }

    @Test func engagedCallsAreFree() throws {
        var bench = try Bench("direct:dial=1s,idle=5s,engaged=100%/10s")
        bench.send(at: .zero)
        bench.stop(at: .seconds(60))
        #expect(bench.calls.count == 6)
        let tariff = try Tariff(parsing: "1 X/1s,setup=1,minimum=5")
        #expect(bench.calls.allSatisfy { tariff.charge(for: $0, midnight: .zero) == .zero })
    }

    @Test(arguments: [
        "0.12 DEM/90s", "0.12DEM/90s", "1 USD/1m,setup=0.05", "0.0375 GBP/1s,minimum=0.20,setup=0.06", "telekom-1996",
        "0.12 DEM/90s,setup=0.05,0-24=10s",
    ])
    func whatIsReadIsWrittenAndReadAgain(text: String) throws {
        let tariff = try Tariff(parsing: text)
        #expect(try Tariff(parsing: tariff.description) == tariff)
    }

    @Test(arguments: [
        "", "0.12", "0.12/90s", "DEM/90s", "0.12 DEM", "0.12 DEM/0s", "0.12345 DEM/1s", "-1 DEM/1s", "1. DEM/1s", "0.12 DEM/90s,fee=1",
        "0.12 DEM/90s,setup=x", "9999999999 DEM/1s", "0.12 DEM/90s/2", "0.12 DEM/90s,18-21", "0.12 DEM/90s,18-18=1s",
        "0.12 DEM/90s,24-3=1s", "0.12 DEM/90s,3-25=1s",
        "0.12 DEM/90s,18-21=0s", "0.12 DEM/90s,18-21=150s,20-5=240s", "telekom-1997",
    ])
    func whatIsNoTariffIsRefused(text: String) {
        #expect(throws: LineTextError.self) { try Tariff(parsing: text) }
    }
}
