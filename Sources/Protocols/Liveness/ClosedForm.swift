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

extension LivenessPolicy {
    /// nil for policies that find nobody by themselves, and for those whose time is the kernel's or a transport's own.
    public var closedForm: ClosedForm? {
        switch self {
        case .tcpKeepalive(let keepalive):
            // Linux's tcp_keepalive_timer: a probe once nothing was received for `time`, another each `interval`; the
            // timer that finds `count` of them unanswered ends it. The answer starts `time` anew, but the timer comes
            // no sooner than an `interval` after the probe. The probe is an empty segment, and so is its answer (RFC
            // 9293, 3.8.4).
            ClosedForm(
                period: max(keepalive.time, keepalive.interval), verdict: keepalive.interval * keepalive.count,
                packetsPerProbe: 2)
        case .heartbeat(let heartbeat):
            // Asked each `interval`; the `misses`-th question without an answer is decided on after its `timeout`.
            // The answer comes before the client's delayed acknowledgement and carries it, and is acknowledged by
            // itself (RFC 9293, 3.8.6.3).
            ClosedForm(
                period: heartbeat.interval, verdict: heartbeat.interval * (heartbeat.misses - 1) + heartbeat.timeout,
                packetsPerProbe: 3)
        case .adaptive(let detector):
            // Answers come once an interval and never deviate: the timeout is the mean and so many of the least
            // deviation.
            ClosedForm(
                period: detector.interval,
                verdict: .seconds(detector.deviations * PhiAccrual.leastDeviation.inSeconds), packetsPerProbe: 3)
        case .none, .tcpUserTimeout, .clock, .challenge, .lineAware, .spxWatchdog, .nbfWatchdog: nil
        }
    }
}
