import Time
import Wire

extension SessionMachine {
    /// Sends what is due for as long as the link takes it, and goes on with an end that has been asked for.
    mutating func pump(at now: MonotonicTime, into output: inout NBFOutput, _ outcome: inout SessionOutcome) {
        while link.canSend, writeNext(into: &output, &outcome) {
            link.transmit(at: now, into: &output)
            if let interval = parameters.sessionAliveInterval { aliveDue = now + interval }
        }
        if backlogHasGrown, backlog == 0 {
            backlogHasGrown = false
            outcome.drained = phase == .open
        }
        if phase == .ending, link.isAcknowledged { hangUp(at: now, into: &output) }
    }

    /// Writes the frame that is due next into the scratch, what answers the peer first; false where there is none.
    private mutating func writeNext(into output: inout NBFOutput, _ outcome: inout SessionOutcome) -> Bool {
        if let theirs = owedHandshake {
            owedHandshake = nil
            handshake(answering: theirs).encode(into: &output.scratch)
            return true
        }
        if !owedAcks.isEmpty {
            NBFFrame.dataAck(numbers: numbers, transmit: owedAcks.removeFirst()).encode(into: &output.scratch)
            return true
        }
        guard phase == .open || phase == .draining else { return false }
        if messageLeft > 0 || awaitedAck == nil && backlog > 0 {
            writeData(into: &output.scratch)
            return true
        }
        if phase == .draining, backlog == 0 {
            NBFFrame.sessionEnd(numbers: numbers, abnormal: false).encode(into: &output.scratch)
            phase = .ending
            deadline = .never
            outcome.ended = .local
            return true
        }
        if aliveIsOwed {
            aliveIsOwed = false
            NBFFrame.sessionAlive(numbers: numbers).encode(into: &output.scratch)
            output.sent.sessionAlives.add(LLCFrame.shortestFrame)
            return true
        }
        return false
    }

    private mutating func handshake(answering theirs: UInt16) -> NBFFrame {
        let ours = UInt16(parameters.largestData)
        guard phase == .initializing else {
            return .sessionConfirm(numbers: numbers, largest: ours, transmit: theirs, response: 0)
        }
        correlator &+= 1
        return .sessionInitialize(numbers: numbers, largest: ours, transmit: theirs, response: correlator)
    }

    private mutating func writeData(into scratch: inout ByteWriter) {
        if messageLeft == 0 {
            messageLeft = min(backlog, largest * parameters.framesPerMessage)
            correlator &+= 1
        }
        let size = min(messageLeft, largest)
        if size == messageLeft {
            NBFFrame.dataOnlyLast(numbers: numbers, response: correlator).encode(into: &scratch)
            awaitedAck = correlator
        } else {
            NBFFrame.dataFirstMiddle(numbers: numbers, response: correlator).encode(into: &scratch)
        }
        scratch.append(pending.span.bytes.extracting(pendingStart..<(pendingStart + size)))
        messageLeft -= size
        pendingStart += size
        compact()
    }

    /// Gives back what a large backlog took, and moves a small one to the front now and then.
    private mutating func compact() {
        if backlog == 0 {
            if pending.capacity > 256 { pending = [] } else { pending.removeAll(keepingCapacity: true) }
            pendingStart = 0
        } else if pendingStart > pending.count / 2 {
            pending.removeSubrange(..<pendingStart)
            pendingStart = 0
        }
    }
}
