/// Quantiles of detection times of which some are not known but for being longer than the horizon.
///
/// A session still Active at the horizon counts as longer than every detected one; it is never left out. Quantiles are
/// by nearest rank (the smallest value that at least the fraction asked for does not exceed), so that each is a time
/// that was measured. A histogram with buckets would round; a sorted array of some thousand values costs nothing.
public struct CensoredQuantiles: Equatable, Sendable {
    private let sorted: [Duration]
    /// Sessions not detected within the horizon.
    public let censored: Int

    /// - Parameters:
    ///   - detected: the detection times, in any order.
    ///   - censored: how many more there were that were not detected; a negative number counts as 0.
    public init(detected: [Duration], censored: Int) {
        sorted = detected.sorted()
        self.censored = Swift.max(0, censored)
    }

    public var detected: Int { sorted.count }
    /// Detected and censored ones.
    public var count: Int { sorted.count + censored }

    /// The quantile by nearest rank: nil where it falls among the censored ones, or where there are none at all.
    ///
    /// - Parameter fraction: 0.5 for the median; what is below 0 or above 1 counts as that.
    public func quantile(_ fraction: Double) -> Duration? {
        guard count > 0 else { return nil }
        // 0.07 * 100 is a little more than 7 in binary: without the allowance the rank would be 8.
        let exact = fraction * Double(count)
        let rank = min(count, Swift.max(1, Int((exact - exact.ulp * 4).rounded(.up))))
        return rank <= sorted.count ? sorted[rank - 1] : nil
    }

    /// The longest: nil where any is censored.
    public var max: Duration? { quantile(1) }

    /// Only the longest that was seen, whether or not others are censored.
    public var longestDetected: Duration? { sorted.last }
}
