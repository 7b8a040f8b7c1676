import Describing
import Glibc
import Time

/// No probes; what is sent must be acknowledged, and a closed window opened, within this time (TCP_USER_TIMEOUT, tcp(7);
/// RFC 5482).
public struct TCPUserTimeout: LivenessRule {
    public var timeout: Duration

    public init(timeout: Duration) { self.timeout = timeout }

    public static let name = "tcp-user-timeout"
    public static let summary = "sent data must be acknowledged, and a closed window opened, within this time"
    public static let blindTo: String? = "a dead client of an idle session"
    public static let standard = TCPUserTimeout(timeout: .seconds(60))
    public static let transports: [String]? = ["tcp"]
    /// Milliseconds in a signed 32-bit number.
    public static let parameters: [Parameter<TCPUserTimeout>] = [
        .duration("timeout", "the time", \.timeout, in: .milliseconds(1)...(.seconds(2_000_000)))
    ]

    public var socketOptions: [SocketOption] {
        [SocketOption(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, Int32(clamping: timeout.nanoseconds / 1_000_000))]
    }

    /// What it does to data in flight is in ``LivenessPolicy/repeats(_:)``; what is left is a window that stays closed.
    public func detection(of situation: Situation, in policy: LivenessPolicy) -> Detection {
        guard situation.isBusy, situation.kernel == .acknowledges, !situation.programAnswers else { return .never }
        return .within(timeout...(timeout + situation.windowFills))
    }
}

extension LivenessPolicy {
    public static func tcpUserTimeout(_ timeout: Duration) -> LivenessPolicy { LivenessPolicy(TCPUserTimeout(timeout: timeout)) }

    /// How long a TCP repeats data that is not acknowledged: TCP_USER_TIMEOUT is there instead of the number of
    /// retransmissions, be it shorter or longer (tcp(7)). It counts from the first repetition, which comes within a second
    /// (RFC 6298, 2.1).
    ///
    /// - Parameter standard: how long it does without.
    public func repeats(_ standard: ClosedRange<Duration>?) -> ClosedRange<Duration>? {
        guard let timeout = self[TCPUserTimeout.self]?.timeout else { return standard }
        return timeout...(timeout + .seconds(1))
    }
}
