import Time

/// Measures how long a peer takes to acknowledge, and derives the retransmission time from it.
///
/// Windows NT's NWLink computes SPX's retransmission time from the round trip, packet by packet (Q166475). The article names
/// that calculation as the cause of slow and lost sessions over slow links. Its cure is the registry value DisableRTT: the
/// retransmission time is then constant, InitialRetransmissionTime, 500 ms by default. Here the round trip is measured, as
/// NT was shipped, but 500 ms is the least retransmission time (ours): a round trip that shrinks never causes a
/// retransmission, and a window that takes longer than 500 ms over a slow line is not sent twice.
///
/// The acknowledgement of a packet that was sent twice is no sample, since it may be for either. Until a packet is
/// acknowledged that was sent once only, the doubled retransmission time stays in force (P. Karn and C. Partridge, "Improving
/// round-trip time estimates in reliable transport protocols", 1987).
struct SPXRoundTrip {
    /// The smoothed round trip in nanoseconds; 0 before there was one.
    private var smoothed: Int64 = 0
    private var timedAt = MonotonicTime.zero
    private var timed: UInt16 = 0
    private var isTiming = false
    /// How often the wait has been doubled.
    private var doublings: UInt8 = 0

    /// A packet that must be acknowledged was sent.
    mutating func sent(_ sequence: UInt16, at now: MonotonicTime) {
        guard !isTiming else { return }
        isTiming = true
        (timed, timedAt) = (sequence, now)
    }

    mutating func sentAgain() {
        isTiming = false
        doublings = min(16, doublings + 1)
    }

    /// The peer has everything before `sequence`.
    mutating func acknowledged(_ sequence: UInt16, at now: MonotonicTime) {
        guard isTiming, Int16(bitPattern: sequence &- timed) > 0 else { return }
        isTiming = false
        doublings = 0
        let sample = max(0, (now - timedAt).nanoseconds)
        smoothed = smoothed == 0 ? sample : smoothed / 8 * 7 + sample / 8
    }

    func retransmissionTime(_ settings: SPXSettings) -> Int64 {
        let base = min(settings.longestRetransmissionTime, max(settings.initialRetransmissionTime, smoothed * 2))
        return min(settings.longestRetransmissionTime, base << Int64(doublings))
    }
}
