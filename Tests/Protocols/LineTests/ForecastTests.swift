import Line
import Testing
import Time

/// A month of probes on virtual time, against what can be reckoned by hand.
@Suite struct ForecastTests {
    private static let tariff = "0.12 DEM/90s"

    /// One session, probed less often than the line hangs up: a call for each probe, up for the round trip and the idle time.
    /// 64 kbit/s carry 52 bytes in 6.5 ms; the delay is 14 ms each way (`isdn-64k`).
    @Test(arguments: [("2h", 360), ("30m", 1440), ("10m", 4320)]) func callsAreInProportionToProbes(interval: String, calls: Int) throws {
        let every = try #require(DurationText.parse(interval))
        let forecast = LineForecast(
            try LinePlan(parsing: "isdn-64k"), tariff: try Tariff(parsing: Self.tariff), interval: every, sessions: 1)
        #expect(forecast.questions == calls && forecast.calls == calls)
        // 120 s of idle time and some milliseconds are two units of 90 s.
        #expect(forecast.charge.amount == Double(calls * 24) / 100)
        let each = 120.0 + 2 * 0.014 + 2 * 52 * 8 / 64_000
        #expect(abs(forecast.upTime.inSeconds - each * Double(calls)) < 0.001 * each * Double(calls))
    }

    @Test func whoeverProbesMoreOftenThanTheLineHangsUpKeepsItUp() throws {
        let forecast = LineForecast(
            try LinePlan(parsing: "isdn-64k:idle=60s"), tariff: try Tariff(parsing: Self.tariff), interval: .seconds(50), sessions: 1)
        #expect(forecast.calls == 1)
        #expect(abs(forecast.upTime.inSeconds - LineForecast.month.inSeconds) < 60)
        // A month in units of 90 s, less what is left of the first interval.
        #expect(forecast.charge.amount <= 28_800 * 0.12 && forecast.charge.amount > 28_799 * 0.12 - 0.12)
    }

    /// A line that is up for the whole month is paid for by the hour of day: 648 units a day instead of 960.
    @Test func aMonthIsPricedByTheHourOfDay() throws {
        let forecast = LineForecast(
            try LinePlan(parsing: "isdn-64k:idle=60s"), tariff: try Tariff(parsing: "telekom-1996"), interval: .seconds(50),
            sessions: 1)
        #expect(forecast.calls == 1)
        // A unit that begins before one of the five changes of a day may end after it.
        #expect(abs(forecast.charge.amount / 0.12 - 30 * 648) <= 30 * 5)
    }

    /// Of n sessions at moments of their own some share calls: no more calls than probes, and up for longer than one's.
    @Test func sessionsShareCalls() throws {
        let plan = try LinePlan(parsing: "isdn-64k")
        let (one, many) = (
            LineForecast(plan, tariff: nil, interval: .seconds(7200), sessions: 1),
            LineForecast(plan, tariff: nil, interval: .seconds(7200), sessions: 20)
        )
        #expect(many.questions == 20 * one.questions)
        #expect(many.calls < 20 * one.calls && many.calls > 10 * one.calls)
        #expect(many.upTime < one.upTime * 20 && many.upTime > one.upTime * 10)
    }

    /// A call that finds the line engaged is none that anybody was on, and no unit is charged for it.
    @Test func engagedCallsAreNotCounted() throws {
        let tariff = try Tariff(parsing: Self.tariff)
        let plan = try LinePlan(parsing: "isdn-64k:engaged=50%/10s")
        let forecast = LineForecast(plan, tariff: tariff, interval: .seconds(3600), sessions: 1)
        // 720 questions, each held until a call gets through: as many calls as without an engaged line.
        #expect(forecast.questions == 720)
        #expect(forecast.calls == 720)
        #expect(forecast.charge.amount == Double(720 * 24) / 100)
        let never = try LinePlan(parsing: "isdn-64k:engaged=100%/10s")
        let nothing = LineForecast(never, tariff: tariff, interval: .seconds(3600), sessions: 1, over: .seconds(86_400))
        #expect(nothing.calls == 0 && nothing.charge == .zero && nothing.upTime == .zero)
    }

    @Test func nobodyCostsNothing() throws {
        let forecast = LineForecast(
            try LinePlan(parsing: "isdn-64k"), tariff: try Tariff(parsing: Self.tariff), interval: .seconds(60), sessions: 0)
        #expect(forecast.calls == 0 && forecast.charge == .zero && forecast.upTime == .zero)
    }
}
