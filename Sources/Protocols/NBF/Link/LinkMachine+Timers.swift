import Time

extension LinkMachine {
    /// Does what is due.
    public mutating func tick(at now: MonotonicTime, into output: inout NBFOutput) -> Event {
        if t2 <= now { sendAcknowledgement(into: &output) }
        if ti <= now {
            ti = .never
            // A silence: is the peer there? Unless something else asks it already.
            if t1 == .never {
                retries = 0
                sendPoll(at: now, into: &output)
            }
        }
        return t1 <= now ? runOut(at: now, into: &output) : .none
    }

    private mutating func runOut(at now: MonotonicTime, into output: inout NBFOutput) -> Event {
        if phase == .connected, !isPolling, remoteIsBusy {
            // Not an answer that failed to come, but time to ask whether the peer is still busy.
            retries = 0
            sendPoll(at: now, into: &output)
            return .none
        }
        retries += 1
        guard retries < parameters.llcRetries else { return goDown(phase == .disconnecting ? .local : .timedOut) }
        switch phase {
        case .connecting:
            sendUnnumbered(.sabme, isResponse: false, pollFinal: true, into: &output)
            t1 = now + parameters.t1
        case .disconnecting:
            sendUnnumbered(.disc, isResponse: false, pollFinal: true, into: &output)
            t1 = now + parameters.t1
        case .connected: sendPoll(at: now, into: &output)
        case .disconnected: t1 = .never
        }
        return .none
    }
}
