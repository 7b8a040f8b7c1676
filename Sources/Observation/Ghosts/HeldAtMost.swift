import Time

/// How long a connection would stay if its peer died now, by the rules of Linux's net/ipv4/tcp_timer.c.
public struct HeldAtMost: Equatable, Sendable {
    public enum Situation: String, Sendable {
        case idle
        case inFlight = "in-flight"
        case windowClosed = "window-closed"
    }

    public let situation: Situation
    /// nil: for ever.
    public let time: Duration?
    /// Whether it follows from the socket alone. Otherwise its options could not be read, and are taken to be what the kernel gives
    /// to a socket that says nothing.
    public let isFromSocket: Bool

    /// - Parameter options: the socket's own; nil where they cannot be read, and then only the running timer is known.
    public init(_ socket: TCPSocket, options: LivenessOptions?, kernel: KernelSettings) {
        let info = socket.info ?? TCPInfo()
        let known = options ?? kernel.options(keepalive: socket.timer == .keepalive)
        let timers = Timers(socket: socket, info: info, options: known, kernel: kernel)
        situation = Self.situation(socket)
        // That no keepalive timer runs can be seen by anybody.
        isFromSocket = options != nil || (situation == .idle && socket.timer == .none)
        let milliseconds: Int64? =
            switch situation {
            case .idle: timers.idle()
            case .inFlight: timers.inFlight()
            case .windowClosed: timers.windowClosed()
            }
        time = milliseconds.map { .milliseconds($0) }
    }

    /// Which of the kernel's timers watches over the connection now.
    public static func situation(_ socket: TCPSocket) -> Situation {
        if let info = socket.info, info.unacknowledged > 0 { return .inFlight }
        // Nothing in flight and yet something to send: the window is closed, and its probes are all that is sent.
        if socket.timer == .windowProbe || socket.info.map({ $0.unsentBytes > 0 }) == true { return .windowClosed }
        return .idle
    }
}

/// One socket's timers, in milliseconds from now on.
private struct Timers {
    let socket: TCPSocket
    let info: TCPInfo
    let options: LivenessOptions
    let kernel: KernelSettings

    /// TCP_RTO_MIN.
    private static let shortestTimeout: Int64 = 200
    private var longest: Int64 { Int64(kernel.longestTimeout) }
    private var timeout: Int64 { max(1, Int64(info.rto / 1000)) }
    private var userTimeout: Int64? { options.userTimeout == 0 ? nil : Int64(options.userTimeout) }

    /// What the kernel makes of a wait. Its timer wheel fires late, never early: by up to a tick where less than 64 ticks are asked
    /// for, by up to eight ticks below 512, and so on (kernel/time/timer.c); half of that on average. A tick is 4 ms where
    /// CONFIG_HZ is 250.
    private func late(_ wait: Int64) -> Int64 {
        let tick: Int64 = 4
        var (reach, grain) = (64 * tick, tick)
        while wait >= reach { (reach, grain) = (reach * 8, grain * 8) }
        return wait + grain / 2
    }

    /// The running timer, which was set for `wait`.
    private func running(_ wait: Int64) -> Int64 { Int64(socket.timerExpires) + late(wait) - wait }

    /// tcp_keepalive_timer: once nothing was received for `idle`, a probe each `interval`. The timer that finds `count` of them
    /// unanswered ends the connection; with TCP_USER_TIMEOUT it is the one that finds the silence that long and a probe
    /// unanswered, however many there were.
    func idle() -> Int64? {
        guard options.keepalive else { return nil }
        let silence = Int64(info.silence)
        let interval = late(Int64(options.interval) * 1000)
        let probes = Int64(info.probes)
        let wait = probes > 0 ? Int64(options.interval) * 1000 : Int64(options.idle) * 1000
        let due = late(wait) - (probes > 0 ? 0 : silence)
        // The timer is not set back when something is received; if it comes too early, it goes on for the rest.
        let first = max(0, socket.timer == .keepalive ? running(wait) : due, probes > 0 ? 0 : due)
        guard let userTimeout else { return first + max(0, Int64(options.count) - probes) * interval }
        let missing = max(0, userTimeout - silence - first)
        return first + max(probes > 0 ? 0 : 1, (missing + interval - 1) / interval) * interval
    }

    /// tcp_retransmit_timer and retransmits_timed_out: the first timer that finds so much time gone since the first
    /// retransmission. That time is TCP_USER_TIMEOUT, or what tcp_retries2 retransmissions would take from a time-out of 200 ms.
    func inFlight() -> Int64 {
        let expires = socket.timer == .retransmission ? running(timeout) : late(timeout)
        let limit = userTimeout ?? modelTimeout
        var elapsed: Int64 = 0
        var total = expires
        var interval = timeout
        if info.retransmits == 0 {
            // A tail loss probe (RFC 8985, 7) may come first, and then a whole time-out before the first retransmission.
            total += late(timeout)
        } else {
            let retransmits = min(20, Int64(info.retransmits))
            let base = timeout < longest ? timeout >> retransmits : baseTimeout
            elapsed = late(timeout) + (1..<max(1, retransmits)).reduce(0) { $0 + late(min(base << $1, longest)) }
        }
        while elapsed < limit {
            interval = min(interval * 2, longest)
            // tcp_clamp_rto_to_user_timeout
            let wait = late(userTimeout.map { min(interval, $0 - elapsed) } ?? interval)
            elapsed += wait
            total += wait
        }
        return total
    }

    /// tcp_model_timeout: doubling from 200 ms up to the longest time-out, then in steps of that.
    private var modelTimeout: Int64 {
        let base = Self.shortestTimeout
        let doublings = Int64(63 - max(1, longest / base).leadingZeroBitCount)
        let retries = Int64(kernel.retries)
        if retries <= doublings { return ((2 << retries) - 1) * base }
        return ((2 << doublings) - 1) * base + (retries - doublings) * longest
    }

    /// The time-out before it was lengthened: RFC 6298 with Linux's least variation of 200 ms.
    private var baseTimeout: Int64 {
        Int64(info.roundTrip) / 1000 + max(Self.shortestTimeout, Int64(info.roundTripVariation) * 4 / 1000)
    }

    /// tcp_probe_timer: each probe waits twice as long as the one before. The timer that finds tcp_retries2 of them unanswered
    /// ends the connection; with TCP_USER_TIMEOUT it is the first that finds that much time gone since the first probe, even
    /// where the peer answered each.
    func windowClosed() -> Int64 {
        let expires = socket.timer == .windowProbe ? running(wait(Int64(info.backoff))) : late(timeout)
        let retries = Int64(kernel.retries)
        let backoff = Int64(info.backoff)
        let left = max(0, retries - Int64(info.probes))
        let unanswered = expires + (0..<left).reduce(0) { $0 + late(wait(min(backoff + $1 + 1, retries))) }
        guard let userTimeout else { return unanswered }
        guard backoff > 0 else { return min(unanswered, expires + late(userTimeout)) }
        let sinceFirst =
            backoff < retries
            ? (1...backoff).reduce(0) { $0 + late(wait($1)) } - expires
            : Int64(info.lastDataSent) - timeout
        return min(unanswered, late(max(0, userTimeout - sinceFirst)))
    }

    /// tcp_probe0_when.
    private func wait(_ backoff: Int64) -> Int64 {
        // ilog2(TCP_RTO_MAX / TCP_RTO_MIN) + 1
        min(max(timeout, Self.shortestTimeout) << min(backoff, 10), longest)
    }
}
