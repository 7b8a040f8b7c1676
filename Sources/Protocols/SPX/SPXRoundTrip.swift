import Time

/// How long a peer takes to acknowledge, and how long to wait for it: without it a dial-up line, on which a window takes
/// more than half a second, would carry everything twice (Q166475).
///
/// A packet that was sent twice tells nothing, since its acknowledgement may be for either; until one was sent once only,
/// the longer waits stay in force (P. Karn and C. Partridge, "Improving round-trip time estimates in reliable transport
/// protocols", 1987).
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
