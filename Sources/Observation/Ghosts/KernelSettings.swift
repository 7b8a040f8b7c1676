/// What a network namespace's kernel does where a socket says nothing else (tcp(7), the kernel's ip-sysctl.rst).
public struct KernelSettings: Equatable, Sendable {
    /// net.ipv4.tcp_retries2.
    public var retries = 15
    /// net.ipv4.tcp_keepalive_time, tcp_keepalive_intvl (seconds), tcp_keepalive_probes.
    public var keepaliveTime: Int32 = 7200
    public var keepaliveInterval: Int32 = 75
    public var keepaliveProbes: Int32 = 9
    /// net.ipv4.tcp_rto_max_ms (Linux 6.15 and later), before that TCP_RTO_MAX.
    public var longestTimeout = 120_000

    public init() {}

    /// What such a socket has if it sets SO_KEEPALIVE and nothing else.
    public func options(keepalive: Bool) -> LivenessOptions {
        LivenessOptions(
            keepalive: keepalive, idle: keepaliveTime, interval: keepaliveInterval, count: keepaliveProbes, userTimeout: 0)
    }
}
