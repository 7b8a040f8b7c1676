import Faults
import Line
import Liveness
import Time

extension ReproductionPlan {
    /// What `tslab sweep` does where nothing else is asked for: every way to know, over an ISDN line whose times are small
    /// enough for a minute to show many calls. Which policies place calls follows from which are slower than the line's idle
    /// time, not from how long that is. What waits for answers waits for longer than the line's queue may hold them up: 40
    /// packets of 1,500 bytes take 7.5 s at 64 kbit/s, and users who come back fill it.
    public static func sweep() throws -> ReproductionPlan {
        var plan = ReproductionPlan(
            clients: 3, horizon: sweepHorizon, transports: [.tcp],
            policies: [
                .none,
                .tcpKeepalive(TCPKeepalive(time: .seconds(15), interval: .seconds(2), count: 5)),
                .tcpKeepalive(TCPKeepalive(time: .seconds(30), interval: .seconds(2), count: 5)),
                .heartbeat(Heartbeat(interval: .seconds(15), misses: 2, timeout: .seconds(5))),
                .challenge(timeout: .seconds(5)),
                .lineAware(LineAware(interval: .seconds(15), timeout: .seconds(4), line: "")),
            ],
            faults: [.powerOff, .hang, .linkCut])
        plan.lines = [try LinePlan(parsing: sweepLine)]
        plan.tariff = try Tariff(parsing: sweepTariff)
        plan.worksEvery = .seconds(35)
        return plan
    }

    public static let sweepHorizon = Duration.seconds(85)
    public static let sweepLine = "isdn-64k:idle=4s,dial=1s"
    /// Deutsche Telekom's zone City of 1996 (``Tariff``). What a run of a minute costs is the mean over the hours of the day, so
    /// that a month of the same is priced round the clock.
    public static let sweepTariff = "telekom-1996"
}
