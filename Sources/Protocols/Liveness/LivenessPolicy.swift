import Time

/// How a server learns that a client has gone.
public enum LivenessPolicy: Hashable, Sendable {
    /// As shipped: not at all, for as long as there is nothing to send (Q187049).
    case none
    /// The kernel's keepalive probes. A program that hangs is not seen: its kernel answers for it.
    case tcpKeepalive(TCPKeepalive)
    /// No probes; what is sent must be acknowledged, and a closed window opened, within this time.
    case tcpUserTimeout(Duration)
    /// Probes that the client program itself must answer.
    case heartbeat(Heartbeat)
    /// The taskbar clock, redrawn every interval: traffic that the kernel retransmits to a peer that is gone until it
    /// gives up (Q186566).
    case clock(interval: Duration)
    /// Nothing while idle. When a user logs on whose session is Active, or the server is full, the old client is probed
    /// at once, and has this long to answer.
    case challenge(timeout: Duration)
    /// Heartbeats that go only while the line is up for other reasons.
    case lineAware(LineAware)
    /// Heartbeats whose timeout is learnt from how regularly they are answered.
    case adaptive(PhiAccrual)
    /// Nothing of the program's own, and SPX's watchdog with these values: it is part of the protocol and there under every
    /// other policy too, as shipped. Other transports have no use for it.
    case spxWatchdog(DatagramWatchdog)
    /// The same of NetBEUI.
    case nbfWatchdog(NBFWatchdog)

    /// The policy's name as the command line, the reports and the JSON have it.
    public var name: String {
        switch self {
        case .none: "none"
        case .tcpKeepalive: "tcp-keepalive"
        case .tcpUserTimeout: "tcp-user-timeout"
        case .heartbeat: "heartbeat"
        case .clock: "clock"
        case .challenge: "challenge"
        case .lineAware: "line-aware"
        case .adaptive: "adaptive"
        case .spxWatchdog: "spx-watchdog"
        case .nbfWatchdog: "nbf-watchdog"
        }
    }

    /// What the transport must be told for this policy.
    public var transport: TransportLiveness {
        switch self {
        case .tcpKeepalive(let keepalive): TransportLiveness(tcpKeepalive: keepalive)
        case .tcpUserTimeout(let timeout): TransportLiveness(tcpUserTimeout: timeout)
        case .spxWatchdog(let watchdog): TransportLiveness(spxWatchdog: watchdog)
        case .nbfWatchdog(let watchdog): TransportLiveness(nbfWatchdog: watchdog)
        case .none, .heartbeat, .clock, .challenge, .lineAware, .adaptive: .none
        }
    }

    /// Who decides when client programs are probed; nil where nobody does.
    public func monitor<Token>(of: Token.Type) -> (any LivenessMonitor<Token>)? {
        switch self {
        case .heartbeat(let heartbeat): HeartbeatMonitor<Token>(heartbeat)
        case .lineAware(let policy): LineAwareMonitor<Token>(policy)
        case .adaptive(let detector): AdaptiveMonitor<Token>(detector)
        case .none, .tcpKeepalive, .tcpUserTimeout, .clock, .challenge, .spxWatchdog, .nbfWatchdog: nil
        }
    }

    /// The same, at another interval; nil for a policy that does nothing regularly.
    public func every(_ interval: Duration) -> LivenessPolicy? {
        switch self {
        case .tcpKeepalive(let old):
            return .tcpKeepalive(TCPKeepalive(time: interval, interval: old.interval, count: old.count))
        case .heartbeat(let old):
            return .heartbeat(Heartbeat(interval: interval, misses: old.misses, timeout: old.timeout))
        case .clock: return .clock(interval: interval)
        case .lineAware(var aware):
            aware.interval = interval
            return .lineAware(aware)
        case .adaptive(var detector):
            detector.interval = interval
            return .adaptive(detector)
        case .none, .tcpUserTimeout, .challenge, .spxWatchdog, .nbfWatchdog: return nil
        }
    }

    /// The control socket of the line that the policy must know of.
    public var line: String? {
        if case .lineAware(let policy) = self { policy.line } else { nil }
    }
}

/// Probes answered by the client program.
///
/// A probe goes out every `interval`. One that is not answered within `timeout` is a miss, and `misses` of them in a row
/// are taken for death. Anything heard from the client meanwhile starts the count anew. So a client that falls silent is
/// found after more than `(misses - 1) * interval + timeout` and at most `misses * interval + timeout`.
public struct Heartbeat: Hashable, Sendable {
    public var interval: Duration
    public var misses: Int
    /// How long an answer may take; at most the interval.
    public var timeout: Duration

    /// Long enough for a slow client on the same continent, short enough that a death is known within a second of
    /// `interval * misses`.
    public static let defaultTimeout = Duration.milliseconds(800)

    public init(interval: Duration, misses: Int, timeout: Duration = Heartbeat.defaultTimeout) {
        self.interval = interval
        self.misses = misses
        self.timeout = min(timeout, interval)
    }
}
