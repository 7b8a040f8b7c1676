import Describing
import Time

/// The taskbar clock, redrawn every interval: traffic that the kernel repeats to a peer that is gone until it gives up
/// (Q186566).
public struct ClockPolicy: LivenessRule {
    public var interval: Duration

    public init(interval: Duration) { self.interval = interval }

    public static let name = "clock"
    public static let summary = "the taskbar clock's updates, which the kernel retransmits until it gives up"
    public static let blindTo: String? = "a program that hangs on a live machine; a minimised client"
    public static let standard = ClockPolicy(interval: .seconds(60))
    public static let parameters: [Parameter<ClockPolicy>] = [
        .duration("interval", "between updates", \.interval, in: .milliseconds(100)...(.seconds(86_400)))
    ]

    public var clockInterval: Duration? { interval }

    /// All that comes of it follows from there being data in flight. The updates are small: the kernel of a hung client takes
    /// them for hours.
    public var probing: Probing? { Probing(every: interval, isData: true) }

    public func every(_ interval: Duration) -> ClockPolicy? { ClockPolicy(interval: interval) }
}

extension LivenessPolicy {
    public static func clock(interval: Duration) -> LivenessPolicy { LivenessPolicy(ClockPolicy(interval: interval)) }
}
