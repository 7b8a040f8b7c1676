extension LivenessPolicy {
    /// The names of all policies, as the command line takes them.
    public static let names = [
        "none", "tcp-keepalive", "tcp-user-timeout", "heartbeat", "clock", "challenge", "line-aware", "adaptive", "spx-watchdog",
        "nbf-watchdog",
    ]
}
