import Time

extension SessionMachine {
    /// Does what is due, of the link and of the session.
    public mutating func tick(at now: MonotonicTime, into output: inout NBFOutput) -> SessionOutcome {
        var outcome = SessionOutcome()
        if case .down(let end) = link.tick(at: now, into: &output) { linkWentDown(end, at: now, &outcome) }
        if aliveDue <= now, let interval = parameters.sessionAliveInterval {
            aliveDue = now + interval
            aliveIsOwed = true
        }
        if deadline <= now { runOut(at: now, into: &output, &outcome) }
        pump(at: now, into: &output, &outcome)
        return outcome
    }

    private mutating func runOut(at now: MonotonicTime, into output: inout NBFOutput, _ outcome: inout SessionOutcome) {
        deadline = .never
        switch phase {
        case .querying where queries < parameters.nameQueryRetries: call(at: now, into: &output)
        case .querying:
            outcome.ended = .unreachable
            outcome.isGone = true
        case .initializing:
            outcome.ended = .timedOut
            hangUp(at: now, into: &output)
        case .draining:
            outcome.ended = .local
            hangUp(at: now, into: &output)
        case .awaitingInitialize, .ended: hangUp(at: now, into: &output)
        case .linking, .open, .ending, .closing: break
        }
    }
}
