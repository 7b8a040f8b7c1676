import Contracts
import Line
import Time

extension LineUse {
    public init(_ calls: some Sequence<LineCall>, tariff: Tariff?, window: Range<MonotonicTime>) {
        self.init()
        for call in calls {
            if window.contains(call.placed) { self.calls += 1 }
            guard let up = call.up else { continue }
            func upTime(by moment: MonotonicTime) -> Duration { max(.zero, min(moment, call.ended) - up) }
            upSeconds += (upTime(by: window.upperBound) - upTime(by: window.lowerBound)).inSeconds
            func charge(by moment: MonotonicTime) -> Double {
                moment > up ? tariff?.charge(forCallOf: upTime(by: moment)).amount ?? 0 : 0
            }
            self.charge += charge(by: window.upperBound) - charge(by: window.lowerBound)
        }
    }
}
