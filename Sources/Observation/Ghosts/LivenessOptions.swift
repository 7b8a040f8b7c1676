/// The options of a socket that say how its kernel learns that the peer has gone (tcp(7), socket(7)).
public struct LivenessOptions: Equatable, Sendable {
    /// SO_KEEPALIVE.
    public var keepalive: Bool
    /// TCP_KEEPIDLE, TCP_KEEPINTVL, seconds, and TCP_KEEPCNT.
    public var idle: Int32
    public var interval: Int32
    public var count: Int32
    /// TCP_USER_TIMEOUT, milliseconds; 0 is none.
    public var userTimeout: UInt32

    public init(keepalive: Bool, idle: Int32, interval: Int32, count: Int32, userTimeout: UInt32) {
        self.keepalive = keepalive
        self.idle = idle
        self.interval = interval
        self.count = count
        self.userTimeout = userTimeout
    }

    /// What a socket has while its peer is asked: a probe at once and another each second, and nothing that gives it up.
    /// 127 is the most that TCP_KEEPCNT takes (MAX_TCP_KEEPCNT).
    public static let asking = LivenessOptions(keepalive: true, idle: 1, interval: 1, count: 127, userTimeout: 0)
}
