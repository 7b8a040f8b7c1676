import Contracts
import Line
import Time

extension LineCost {
    /// - Parameters:
    ///   - calls: all of the line's.
    ///   - kinds: what the packets were for that placed them, by the calls' numbers.
    ///   - packets: all that the line carried, in the order of time.
    ///   - window: what counts.
    public init(
        line: LinePlan, tariff: Tariff?, calls: [LineCall], kinds: [Int: TrafficClass], packets: [LineReplay.Packet],
        window: Range<MonotonicTime>
    ) {
        self.init()
        let use = LineUse(calls, tariff: tariff, window: window)
        self.line = line.description
        (self.calls, upSeconds, charge) = (use.calls, use.upSeconds, use.charge)
        currency = tariff?.currency
        for call in calls where window.contains(call.placed) {
            causes[kinds[call.number]?.rawValue ?? "unknown", default: 0] += 1
            guard kinds[call.number]?.isLiveness == true else { continue }
            livenessCalls += 1
            livenessCharge += LineUse([call], tariff: tariff, window: window).charge
        }
        let replay = { (packets: [LineReplay.Packet]) in
            LineUse(
                LineReplay(line, packets: packets, until: window.upperBound).calls, tariff: tariff, window: window)
        }
        replayed = replay(packets)
        withoutLiveness = replay(packets.filter { !$0.kind.isLiveness })
        seconds = (window.upperBound - window.lowerBound).inSeconds
        guard seconds > 0 else { return }
        let month = 30 * 86_400 / seconds
        (chargePer30Days, livenessChargePer30Days) = (charge * month, livenessCharge * month)
        chargePer30DaysRange = PoissonInterval(count: use.calls)?.range(of: chargePer30Days)
        livenessChargePer30DaysRange = PoissonInterval(count: livenessCalls)?.range(of: livenessChargePer30Days)
    }
}
