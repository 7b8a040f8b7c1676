import Time

extension SPXMachine {
    /// Whether an answer is awaited that is asked for again after a while.
    private var isAwaiting: Bool { sender.isAwaiting || endSequence != nil }

    /// When the watchdog next bites. NWLink counts it in ticks of half a second, twelve of them, so that it bites up to a
    /// tick early; and since no two machines tick together, one side asks first and its question silences the other's.
    private var watchdogAt: MonotonicTime {
        let tick = settings.watchdogTick
        let phase = Int64(localID &* 40503) * tick >> 16
        let due = quietSince.nanoseconds &+ settings.keepAliveTimeout
        return MonotonicTime(nanoseconds: due - (due &- phase) % tick)
    }

    /// When ``advance(to:)`` has something to do. It moves later with everything that is heard, so a timer may be set once
    /// and asked again when it goes off.
    public var nextDeadline: MonotonicTime? {
        switch phase {
        case .requesting: retransmitAt
        case .open: isAwaiting ? min(retransmitAt, watchdogAt) : watchdogAt
        case .ending: min(dropAt, isAwaiting ? min(retransmitAt, watchdogAt) : watchdogAt)
        case .lingering: dropAt
        case .ended: nil
        }
    }

    public mutating func advance(to now: MonotonicTime) {
        switch phase {
        case .requesting: if now >= retransmitAt { requestAgain(at: now) }
        case .open, .ending:
            if phase == .ending, now >= dropAt { return end(.local) }
            if isAwaiting, now >= retransmitAt { sendAgain(at: now) }
            if phase == .open || phase == .ending, now >= watchdogAt { probe(at: now) }
        case .lingering: if now >= dropAt { phase = .ended }
        case .ended: break
        }
    }

    private mutating func requestAgain(at now: MonotonicTime) {
        attempts += 1
        guard attempts < settings.parameters.connectionCount else { return end(.timedOut) }
        due.insert(.request)
        retransmitAt = now.after(settings.connectionTimeout)
    }

    private mutating func sendAgain(at now: MonotonicTime) {
        guard attempts < settings.parameters.retransmissionCount else {
            return end(phase == .ending ? .local : .timedOut)
        }
        attempts += 1
        roundTrip.sentAgain()
        if endSequence != nil { due.insert(.end) } else { sender.resend() }
        retransmitAt = now.after(roundTrip.retransmissionTime(settings))
    }

    private mutating func probe(at now: MonotonicTime) {
        guard probes < settings.parameters.keepAliveCount else { return end(phase == .ending ? .local : .timedOut) }
        let due = watchdogAt
        probes += 1
        self.due.insert(.probe)
        // A timer that is a little late does not put off the ones after it. One that is very late, because the machine
        // stood still, starts anew: nobody could have answered meanwhile.
        quietSince = now - due < settings.parameters.keepAliveTimeout ? due : now
    }
}
