import Time

/// What a policy leads to by its parameters alone: for the idle session of a machine that loses power at any moment,
/// on a line that loses nothing and is much faster than the policy.
public struct ClosedForm: Equatable, Sendable {
    /// The shortest and the longest time from the fault to knowing. A fault falls anywhere between two probes, so
    /// that all times between are equally likely.
    public let detection: ClosedRange<Duration>
    /// While all is well.
    public let probesPerSessionHour: Double
    /// What a probe and its answer come to over TCP.
    public let packetsPerProbe: Int

    public var meanDetection: Duration { (detection.lowerBound + detection.upperBound) / 2 }
    public var packetsPerSessionHour: Double { probesPerSessionHour * Double(packetsPerProbe) }

    /// - Parameters:
    ///   - period: between probes while all is well; the fault falls in one.
    ///   - verdict: from the first probe that is not answered, or the last answer's due time, to knowing.
    init(period: Duration, verdict: Duration, packetsPerProbe: Int) {
        detection = verdict...(period + verdict)
        probesPerSessionHour = 3600 / period.inSeconds
        self.packetsPerProbe = packetsPerProbe
    }
}
