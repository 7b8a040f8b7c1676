import Describing
import Glibc
import Time

/// How the kernel probes a TCP connection on which nothing is heard (RFC 9293, 3.8.4; tcp(7)).
public struct TCPKeepalive: LivenessRule {
    /// Idle time before the first probe, whole seconds (TCP_KEEPIDLE).
    public var time: Duration
    /// Time between probes that are not answered, whole seconds (TCP_KEEPINTVL).
    public var interval: Duration
    /// Unanswered probes after which the connection is given up (TCP_KEEPCNT).
    public var count: Int

    public init(time: Duration, interval: Duration, count: Int) {
        self.time = time
        self.interval = interval
        self.count = count
    }

    /// Windows NT 4.0's, where an application asks for keepalives at all: KeepAliveTime 7,200,000 ms, KeepAliveInterval
    /// 1,000 ms (Q183786), TcpMaxDataRetransmissions 5 (Q170359), which also counts unanswered probes (Q183786).
    public static let windowsNT4 = TCPKeepalive(time: .seconds(7200), interval: .seconds(1), count: 5)

    public static let name = "tcp-keepalive"
    public static let summary = "the server's kernel probes a peer that is silent"
    public static let blindTo: String? = "a program that hangs on a live machine: its kernel answers"
    public static let standard = windowsNT4
    public static let transports: [String]? = ["tcp"]
    /// The kernel counts TCP_KEEPIDLE and TCP_KEEPINTVL in seconds, 1 to 32,767 (tcp(7); MAX_TCP_KEEPIDLE in the kernel), and
    /// up to 127 probes (MAX_TCP_KEEPCNT).
    public static let parameters: [Parameter<TCPKeepalive>] = [
        .wholeSeconds("time", "idle time before the first probe", \.time, in: .seconds(1)...(.seconds(32_767))),
        .wholeSeconds("interval", "between probes without an answer", \.interval, in: .seconds(1)...(.seconds(32_767))),
        .number("count", "probes without an answer that end it", \.count, in: 1...127),
    ]

    public var socketOptions: [SocketOption] {
        [
            SocketOption(SOL_SOCKET, SO_KEEPALIVE, 1),
            SocketOption(Int32(IPPROTO_TCP), TCP_KEEPIDLE, Int32(clamping: time.components.seconds)),
            SocketOption(Int32(IPPROTO_TCP), TCP_KEEPINTVL, Int32(clamping: interval.components.seconds)),
            SocketOption(Int32(IPPROTO_TCP), TCP_KEEPCNT, Int32(clamping: count)),
        ]
    }

    public var probing: Probing? { Probing(every: max(time, interval), isData: false) }

    public func every(_ interval: Duration) -> TCPKeepalive? { TCPKeepalive(time: interval, interval: self.interval, count: count) }

    /// Linux's tcp_keepalive_timer: a probe once nothing was received for `time`, another each `interval`; the timer that finds
    /// `count` of them unanswered ends it. The answer starts `time` anew, but the timer comes no sooner than an `interval`
    /// after the probe. The probe is an empty segment, and so is its answer (RFC 9293, 3.8.4).
    ///
    /// Beside tcp-user-timeout `count` says nothing: the first timer ends it that finds a probe unanswered and nothing
    /// received for that timeout (the same function; tcp(7), TCP_USER_TIMEOUT).
    public func closedForm(in policy: LivenessPolicy) -> ClosedForm? {
        guard !isKept(from: policy) else { return nil }
        return ClosedForm(period: max(time, interval), verdict: interval * probes(in: policy), packetsPerProbe: 2)
    }

    /// Unanswered probes after which it is over.
    private func probes(in policy: LivenessPolicy) -> Int {
        guard let timeout = policy[TCPUserTimeout.self]?.timeout else { return count }
        return max(1, Int(((timeout - time) / interval).rounded(.up)))
    }

    /// Whether there may be data in flight when a probe is due; the kernel then sends none, but repeats the data.
    private func isKept(from policy: LivenessPolicy) -> Bool {
        policy.maySendEvery.map { $0 <= time + interval * probes(in: policy) } ?? false
    }

    /// With data in flight or a closed window the kernel has other timers, and this one does nothing.
    public func detection(of situation: Situation, in policy: LivenessPolicy) -> Detection {
        guard !situation.isBusy, situation.kernel != .acknowledges else { return .never }
        guard !isKept(from: policy) else { return .unclaimed("the other rule's data is in flight when keepalive would probe") }
        let verdict = interval * probes(in: policy)
        guard case .resets(let back) = situation.kernel else { return .within(verdict...(time + verdict)) }
        // The first probe after the machine is back is answered by a reset.
        return .within(min(back, verdict)...max(time, back + interval))
    }
}

extension LivenessPolicy {
    public static func tcpKeepalive(_ keepalive: TCPKeepalive) -> LivenessPolicy { LivenessPolicy(keepalive) }
}
