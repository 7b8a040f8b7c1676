import Time

/// What the line does by itself: calls, hang-ups, and cuts by its schedule.
extension LineMachine {
    /// Cuts the line now: everything on its way is lost, and a call ends.
    public mutating func cut(at now: MonotonicTime) {
        advance(to: now)
        beginCut(at: now)
    }

    /// Heals a line that was cut.
    public mutating func heal(at now: MonotonicTime) {
        advance(to: now)
        endCut(at: now)
    }

    /// Ends the call that there may be, for the record.
    public mutating func stop(at now: MonotonicTime) {
        advance(to: now)
        endCall(.stopped, at: now)
        noteUp(false, at: now)
    }

    /// How long the line has been up altogether.
    public func upTime(at now: MonotonicTime) -> Duration {
        totals.upBefore + (upSince.map { max(.zero, now - $0) } ?? .zero)
    }

    /// When the line next changes with no packet's doing.
    var nextOfItself: MonotonicTime? {
        var times = [dialDeadline, schedule.last?.at].compactMap { $0 }
        if state == .up, let dial = plan.dial { times.append(idleSince + dial.idle) }
        return times.min()
    }

    /// Lets everything happen that was due by now, each at its own time. Of two at the same time, a cut comes first.
    mutating func advance(to now: MonotonicTime) {
        while let due = nextOfItself, due <= now {
            if let first = schedule.last, first.at == due {
                schedule.removeLast()
                if first.cuts { beginCut(at: due) } else { endCut(at: due) }
            } else if dialDeadline == due {
                dialDeadline = nil
                if state == .dialling { finishDialling(at: due) } else { finishWaiting(at: due) }
            } else {
                hangUp(at: due)
            }
        }
    }

    mutating func place(_ cause: LineCall.Cause, at now: MonotonicTime) {
        guard let dial = plan.dial else { return }
        totals.placed += 1
        call = LineCall(number: totals.placed, cause: cause, placed: now, ended: now, end: .idle)
        willBeEngaged = generator.chance(dial.engaged)
        dialDeadline = now + dial.setup
        change(.dialling, at: now)
        // A line that is there at once takes the packet at once.
        advance(to: now)
    }

    private mutating func finishDialling(at now: MonotonicTime) {
        if willBeEngaged {
            totals.engaged += 1
            endCall(.engaged, at: now)
            change(.engaged, at: now)
            // Never at once: a line that is always engaged would be dialled for ever within one moment.
            dialDeadline = now + max(plan.dial?.retry ?? .zero, DialPlan.shortestRetry)
            return
        }
        totals.answered += 1
        call?.up = now
        idleSince = now
        noteUp(true, at: now)
        change(.up, at: now)
        let packets = held
        held = []
        for (packet, direction) in packets { put(packet, direction, at: now) }
    }

    private mutating func finishWaiting(at now: MonotonicTime) {
        change(.down, at: now)
        if let (packet, direction) = held.first { place(LineCall.Cause(packet, direction), at: now) }
    }

    private mutating func hangUp(at now: MonotonicTime) {
        // What has left the near end arrives all the same.
        clear(.hungUp, at: now) { $0 > now }
        endCall(.idle, at: now)
        noteUp(false, at: now)
        change(.down, at: now)
    }

    private mutating func beginCut(at now: MonotonicTime) {
        guard state != .cut else { return }
        clear(.cut, at: now) { _ in true }
        drop(.cut, count: held.count)
        held = []
        dialDeadline = nil
        endCall(.cut, at: now)
        noteUp(false, at: now)
        change(.cut, at: now)
    }

    private mutating func endCut(at now: MonotonicTime) {
        guard state == .cut else { return }
        if plan.dial == nil { noteUp(true, at: now) }
        change(plan.dial == nil ? .up : .down, at: now)
    }

    private mutating func endCall(_ end: LineCall.End, at now: MonotonicTime) {
        guard var ended = call else { return }
        ended.ended = now
        ended.end = end
        call = nil
        events.append(.ended(ended))
    }

    private mutating func noteUp(_ isUp: Bool, at now: MonotonicTime) {
        if let since = upSince { totals.upBefore += max(.zero, now - since) }
        upSince = isUp ? now : nil
    }

    private mutating func change(_ state: LineState, at now: MonotonicTime) {
        self.state = state
        events.append(.state(state, at: now))
    }
}
