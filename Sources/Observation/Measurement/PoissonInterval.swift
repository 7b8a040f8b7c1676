import Contracts
import Foundation

/// How far the number of events seen in a stretch of time may be from what such stretches bring in the mean, where events come
/// at random: Garwood's exact interval for the mean of a Poisson distribution (F. Garwood, "Fiducial limits for the Poisson
/// distribution", Biometrika 28, 1936).
public struct PoissonInterval: Equatable, Sendable {
    public let count: Int
    /// The mean of which as many or more would be seen with half of what `confidence` leaves, and that of as many or fewer.
    public let low: Double
    public let high: Double

    /// - Returns: nil where nothing was seen: a mean in proportion to it says nothing.
    public init?(count: Int, confidence: Double = 0.95) {
        guard count > 0, 0..<1 ~= confidence else { return nil }
        self.count = count
        let tail = (1 - confidence) / 2
        // P(X <= count) falls as the mean rises. Twenty standard deviations are beyond any tail asked for.
        let width = 20 * Double(count).squareRoot() + 20
        low = Self.root(max(1e-9, Double(count) - width)...Double(count)) { 1 - Self.atMost(count - 1, mean: $0) < tail }
        high = Self.root(Double(count)...Double(count) + width) { Self.atMost(count, mean: $0) > tail }
    }

    /// What a value in proportion to the count may be.
    public func range(of value: Double) -> ChargeRange {
        ChargeRange(low: value * low / Double(count), high: value * high / Double(count))
    }

    /// P(X <= count). Terms so far below the mean that they add nothing are left out: a million events take thousands of them.
    private static func atMost(_ count: Int, mean: Double) -> Double {
        let first = max(0, Int(mean - 40 * mean.squareRoot() - 40))
        guard first <= count else { return 0 }
        return (first...count).reduce(0) { sum, k in sum + exp(Double(k) * log(mean) - mean - lgamma(Double(k) + 1)) }
    }

    /// Where a condition that holds for small values stops to hold.
    private static func root(_ range: ClosedRange<Double>, _ holds: (Double) -> Bool) -> Double {
        var (least, most) = (range.lowerBound, range.upperBound)
        for _ in 0..<60 {
            let middle = (least + most) / 2
            if holds(middle) { least = middle } else { most = middle }
        }
        return (least + most) / 2
    }
}
