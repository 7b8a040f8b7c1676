import Time
import Wire

extension SessionMachine {
    /// Most messages of the peer whose acknowledgement may wait for the link; a NetBIOS sends one at a time.
    private static let mostOwedAcks = 16
    /// The least that a peer may say it takes in a frame; less is no peer's that means well.
    private static let leastData = 64

    /// Takes a frame from the peer; `bytes` is the whole of it.
    public mutating func receive(
        _ frame: LLCFrame, _ bytes: RawSpan, at now: MonotonicTime, into output: inout NBFOutput
    ) -> SessionOutcome {
        var outcome = SessionOutcome()
        if case .unnumbered(.ui, _) = frame.control {
            if phase == .querying { receiveName(frame, bytes, at: now, into: &output, &outcome) }
            return outcome
        }
        guard phase != .querying else {
            NameService.disown(frame, at: link.local, into: &output)
            return outcome
        }
        switch link.receive(frame, at: now, into: &output) {
        case .none: break
        case .up: beginSession(at: now)
        case .delivered: receiveSession(frame, bytes, at: now, into: &output, &outcome)
        case .down(let end): linkWentDown(end, at: now, &outcome)
        }
        pump(at: now, into: &output, &outcome)
        return outcome
    }

    private mutating func receiveName(
        _ frame: LLCFrame, _ bytes: RawSpan, at now: MonotonicTime, into output: inout NBFOutput,
        _ outcome: inout SessionOutcome
    ) {
        var reader = ByteReader(bytes.extracting(frame.information))
        guard case .nameRecognized(let session, correlator, let response, _, called)? = try? NBFFrame(from: &reader) else {
            return
        }
        guard session != 0, session != 0xFF else {
            outcome.ended = .refused
            outcome.isGone = true
            return
        }
        numbers.destination = session
        owedHandshake = response
        link.remote = frame.source
        phase = .linking
        deadline = .never
        link.connect(at: now, into: &output)
    }

    private mutating func beginSession(at now: MonotonicTime) {
        guard phase == .linking else { return }
        phase = .initializing
        deadline = now + parameters.sessionTimeout
    }

    private mutating func receiveSession(
        _ frame: LLCFrame, _ bytes: RawSpan, at now: MonotonicTime, into output: inout NBFOutput,
        _ outcome: inout SessionOutcome
    ) {
        var reader = ByteReader(bytes.extracting(frame.information))
        let header = try? NBFFrame(from: &reader)
        let data = (frame.information.upperBound - reader.remaining)..<frame.information.upperBound
        let isUnderstood =
            switch (header, phase) {
            case (.sessionInitialize(let theirs, let size, _, let response), .awaitingInitialize):
                begin(theirs, size, answering: response, at: now, &outcome)
            case (.sessionConfirm(let theirs, let size, correlator, _), .initializing):
                open(theirs, size, at: now, &outcome)
            case (_, .ending), (_, .ended), (_, .closing): true
            case (.dataFirstMiddle(let theirs, _), .open), (.dataFirstMiddle(let theirs, _), .draining):
                deliver(theirs, data, bytes, into: &output, &outcome)
            case (.dataOnlyLast(let theirs, let response), .open), (.dataOnlyLast(let theirs, let response), .draining):
                owe(response) && deliver(theirs, data, bytes, into: &output, &outcome)
            case (.dataAck(_, let transmit), .open), (.dataAck(_, let transmit), .draining):
                acknowledged(transmit)
            case (.sessionEnd(let theirs, let abnormal), .open), (.sessionEnd(let theirs, let abnormal), .draining):
                finish(theirs, abnormal: abnormal, at: now, into: &output, &outcome)
            case (.sessionAlive, .open), (.sessionAlive, .draining): alive(into: &output)
            default: false
            }
        guard !isUnderstood else { return }
        // The link brought it whole and in order: the peer speaks something else.
        outcome.ended = phase == .initializing ? .refused : .reset
        hangUp(at: now, into: &output)
    }

    private func areOurs(_ theirs: SessionNumbers) -> Bool {
        theirs.destination == numbers.source && theirs.source == numbers.destination
    }

    private mutating func begin(
        _ theirs: SessionNumbers, _ size: UInt16, answering response: UInt16, at now: MonotonicTime,
        _ outcome: inout SessionOutcome
    ) -> Bool {
        guard theirs.destination == numbers.source else { return false }
        numbers.destination = theirs.source
        owedHandshake = response
        return open(theirs, size, at: now, &outcome)
    }

    private mutating func open(
        _ theirs: SessionNumbers, _ size: UInt16, at now: MonotonicTime, _ outcome: inout SessionOutcome
    ) -> Bool {
        guard areOurs(theirs), size >= Self.leastData else { return false }
        largest = min(Int(size), parameters.largestData)
        phase = .open
        deadline = .never
        if let interval = parameters.sessionAliveInterval { aliveDue = now + interval }
        outcome.opened = true
        return true
    }

    private mutating func deliver(
        _ theirs: SessionNumbers, _ data: Range<Int>, _ bytes: RawSpan, into output: inout NBFOutput,
        _ outcome: inout SessionOutcome
    ) -> Bool {
        guard areOurs(theirs) else { return false }
        // A program that is closing does not want it.
        guard phase == .open, !data.isEmpty else { return true }
        guard isPaused else {
            outcome.delivered = data
            return true
        }
        bytes.extracting(data).withUnsafeBytes { held.append(contentsOf: $0) }
        if held.count >= parameters.receiveLimit { link.setBusy(true, into: &output) }
        return true
    }

    private mutating func owe(_ response: UInt16) -> Bool {
        guard owedAcks.count < Self.mostOwedAcks else { return false }
        owedAcks.append(response)
        return true
    }

    private mutating func acknowledged(_ transmit: UInt16) -> Bool {
        if awaitedAck == transmit { awaitedAck = nil }
        return true
    }

    private func alive(into output: inout NBFOutput) -> Bool {
        output.received.sessionAlives.add(LLCFrame.shortestFrame)
        return true
    }

    /// The peer's program has ended it. What the driver holds comes first; then the peer ends the link.
    private mutating func finish(
        _ theirs: SessionNumbers, abnormal: Bool, at now: MonotonicTime, into output: inout NBFOutput,
        _ outcome: inout SessionOutcome
    ) -> Bool {
        guard areOurs(theirs) else { return false }
        let end = phase == .draining ? SessionEnd.local : abnormal ? .reset : .peerClosed
        if held.isEmpty { outcome.ended = end } else { heldEnd = end }
        phase = .ended
        dropAll()
        deadline = now + parameters.sessionTimeout
        link.acknowledgeNow(into: &output)
        return true
    }

    private var isCalling: Bool { phase == .linking || phase == .initializing }

    /// The other end was still busy with the link of a station that this one was before it started anew: that is over now.
    private mutating func callAgain(at now: MonotonicTime) {
        link = LinkMachine(local: link.local, remote: .netBIOS, settings: link.settings)
        owedHandshake = nil
        phase = .querying
        deadline = now + parameters.nameQueryTimeout
    }

    mutating func linkWentDown(_ end: LinkMachine.End, at now: MonotonicTime, _ outcome: inout SessionOutcome) {
        if isCalling, end != .timedOut, end != .local, queries < parameters.nameQueryRetries { return callAgain(at: now) }
        outcome.isGone = true
        switch (phase, end) {
        case (.ending, _), (.ended, _), (.closing, _): break
        case (.linking, .timedOut), (.initializing, .timedOut), (.open, .timedOut), (.draining, .timedOut): outcome.ended = .timedOut
        case (.linking, _), (.initializing, _): outcome.ended = .refused
        case (.querying, _), (.awaitingInitialize, _): break
        case (.open, _), (.draining, _): outcome.ended = .reset
        }
        phase = .closing
        dropAll()
    }
}
