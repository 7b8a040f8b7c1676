import Time

/// One connection while its peer is asked: what the kernel says of the socket becomes a verdict.
///
/// The questions are those that nobody answered since: keepalive probes of an idle connection, retransmissions where data is in
/// flight, window probes where the window is closed. The kernel counts each of them, and begins anew with any answer.
public struct Inquiry: Sendable {
    /// The kernel counts in ticks of up to 10 ms (CONFIG_HZ=100).
    public static let tick = Duration.milliseconds(10)
    /// How long the answer to the last question is waited for at the least.
    public static let leastWait = Duration.seconds(1)

    /// How old the last question may be that the kernel asked for its own reasons. A line that was cut may have healed since.
    public static let recent = Duration.seconds(10)

    public let askedAt: MonotonicTime
    /// Unanswered questions that make the proof.
    public let questions: Int
    private let before: TCPInfo
    private var enoughSince: MonotonicTime?
    /// The time after which no proof is to be hoped for: so many questions a second apart, and the waits around them.
    private var deadline: MonotonicTime

    /// - Parameter before: the socket as it was when it was asked. Keepalive probes that were not answered by then do not count.
    public init(askedAt: MonotonicTime, questions: Int, before: TCPInfo) {
        self.askedAt = askedAt
        self.questions = questions
        self.before = before
        deadline = askedAt + .seconds(questions + 2)
    }

    /// - Parameters:
    ///   - socket: as it is now.
    ///   - extra: unanswered questions that the kernel does not count: those sent past it.
    /// - Returns: nil while it takes more time.
    public mutating func hear(_ socket: TCPSocket, extra: Int = 0, at now: MonotonicTime) -> Verdict? {
        guard let info = socket.info else { return .cannotAsk(.ended) }
        guard socket.state == TCPSocket.established else { return .cannotAsk(.ended) }
        let silence = Duration.milliseconds(info.silence)
        let heardAt = now + .zero - silence
        if heardAt + Self.tick >= askedAt { return .answered(after: max(.zero, heardAt - askedAt)) }
        let own = ownQuestions(socket, info)
        let unanswered = own.count + extra
        if unanswered >= questions, own.isRecent || extra > 0 {
            let since = enoughSince ?? now
            enoughSince = since
            // A peer far away takes its time: the kernel knows how long. Where data is in flight it has lengthened that already.
            let wait = HeldAtMost.situation(socket) == .idle ? max(Self.leastWait, .microseconds(info.rto)) : Self.leastWait
            deadline = max(deadline, since + wait + .seconds(1))
            return now - since >= wait ? .gone(questions: unanswered, silence: silence) : nil
        }
        enoughSince = nil
        // The one question that is missing may come soon.
        let next = Duration.milliseconds(socket.timerExpires)
        if unanswered + 1 >= questions, next <= Self.recent { deadline = max(deadline, now + next + Self.leastWait) }
        guard now >= deadline else { return nil }
        return .cannotAsk(.ownDataInFlight(repeated: unanswered, next: next))
    }

    /// How many questions the kernel has sent in vain, and whether the last of them is not long ago.
    private func ownQuestions(_ socket: TCPSocket, _ info: TCPInfo) -> (count: Int, isRecent: Bool) {
        let expires = Int64(socket.timerExpires)
        let timeout = Int64(info.rto / 1000)
        func isRecent(_ count: UInt8, _ countBefore: UInt8, interval: Int64) -> Bool {
            count > countBefore || Duration.milliseconds(interval - expires) <= Self.recent
        }
        switch HeldAtMost.situation(socket) {
        case .idle: return (max(0, Int(info.probes) - Int(before.probes)), true)
        case .inFlight:
            return (Int(info.retransmits), isRecent(info.retransmits, before.retransmits, interval: timeout))
        case .windowClosed:
            return (Int(info.probes), isRecent(info.probes, before.probes, interval: min(timeout << Int64(min(info.backoff, 10)), 120_000)))
        }
    }
}

extension MonotonicTime {
    static func - (time: MonotonicTime, duration: Duration) -> MonotonicTime { time + (.zero - duration) }
}
