import Time
import Wire

extension LinkMachine {
    /// Takes a frame of this link. UI frames are of no link and none of this machine's business.
    public mutating func receive(_ frame: LLCFrame, at now: MonotonicTime, into output: inout NBFOutput) -> Event {
        switch frame.control {
        case .unnumbered(let kind, let pollFinal):
            return receiveUnnumbered(kind, pollFinal, at: now, into: &output)
        case .supervisory(let kind, let receive, let pollFinal):
            guard phase == .connected else { return refuse(frame, into: &output) }
            return receiveSupervisory(kind, receive, pollFinal, frame, at: now, into: &output)
        case .information(let send, let receive, let pollFinal):
            guard phase == .connected else { return refuse(frame, into: &output) }
            return receiveInformation(send, receive, pollFinal, frame, at: now, into: &output)
        }
    }

    private mutating func receiveUnnumbered(
        _ kind: LLCControl.Unnumbered, _ pollFinal: Bool, at now: MonotonicTime, into output: inout NBFOutput
    ) -> Event {
        switch (kind, phase) {
        case (.sabme, .connected):
            heard(at: now)
            if sendNext == 0, receiveNext == 0 {
                // The UA was lost, or this is a copy of the first SABME.
                sendUnnumbered(.ua, isResponse: true, pollFinal: pollFinal, into: &output)
            } else if !isPolling {
                sendPoll(at: now, into: &output)
            }
        case (.sabme, .connecting):
            // Both ends asked at once.
            accept(pollFinal: pollFinal, at: now, into: &output)
            t1 = .never
            return .up
        case (.sabme, .disconnected), (.sabme, .disconnecting), (.disc, .disconnected):
            sendUnnumbered(.dm, isResponse: true, pollFinal: pollFinal, into: &output)
        case (.disc, .connected), (.disc, .connecting):
            sendUnnumbered(.ua, isResponse: true, pollFinal: pollFinal, into: &output)
            return goDown(.disconnected)
        case (.disc, .disconnecting):
            sendUnnumbered(.ua, isResponse: true, pollFinal: pollFinal, into: &output)
        case (.ua, .connecting):
            phase = .connected
            retries = 0
            t1 = .never
            heard(at: now)
            return .up
        case (.ua, .disconnecting), (.dm, .disconnecting): return goDown(.local)
        case (.dm, .connecting): return goDown(.refused)
        case (.dm, .connected), (.frmr, .connected): return goDown(.reset)
        default: break
        }
        return .none
    }

    private mutating func receiveSupervisory(
        _ kind: LLCControl.Supervisory, _ receive: UInt8, _ pollFinal: Bool, _ frame: LLCFrame, at now: MonotonicTime,
        into output: inout NBFOutput
    ) -> Event {
        heard(at: now)
        count(frame, pollFinal, into: &output)
        let order = acknowledge(receive, at: now)
        guard order != .impossible else { return reject(frame, into: &output) }
        remoteIsBusy = kind == .receiveNotReady
        if frame.isResponse, pollFinal, isPolling {
            // The final speaks of everything sent before the poll: what it does not acknowledge was lost (checkpointing).
            isPolling = false
            t1 = .never
            if !remoteIsBusy { retransmit(at: now, into: &output) }
        } else if kind == .reject, order == .valid, !isPolling {
            retransmit(at: now, into: &output)
        }
        if !frame.isResponse, pollFinal { sendFinal(into: &output) }
        setT1(at: now)
        return .none
    }

    private mutating func receiveInformation(
        _ send: UInt8, _ receive: UInt8, _ pollFinal: Bool, _ frame: LLCFrame, at now: MonotonicTime,
        into output: inout NBFOutput
    ) -> Event {
        heard(at: now)
        guard acknowledge(receive, at: now) != .impossible else { return reject(frame, into: &output) }
        setT1(at: now)
        let distance = send.ahead(of: receiveNext)
        var event = Event.none
        var answer = false
        if distance < 64, isBusy {
            droppedWhileBusy = true
            answer = true
        } else if distance == 0 {
            receiveNext = receiveNext.next
            isRejecting = false
            owed += 1
            answer = owed >= max(1, parameters.window / 2)
            event = .delivered
        } else if distance < 64, !isRejecting {
            isRejecting = true
            if !pollFinal { sendSupervisory(.reject, into: &output) }
        } else if distance >= 64 {
            // One it has had: the peer did not hear the acknowledgement, or it is a copy.
            owed += 1
        }
        if pollFinal {
            sendFinal(into: &output)
        } else if answer {
            sendAcknowledgement(into: &output)
        } else if owed > 0, t2 == .never {
            t2 = now + parameters.t2
        }
        return event
    }

    /// The peer is alive: the question, whatever it was, starts from the beginning.
    private mutating func heard(at now: MonotonicTime) {
        ti = now + parameters.ti
        retries = 0
    }

    private enum Order { case valid, old, impossible }

    /// Takes an N(R).
    private mutating func acknowledge(_ receive: UInt8, at now: MonotonicTime) -> Order {
        let advance = receive.ahead(of: oldest)
        guard advance <= store.count else { return advance >= 64 ? .old : .impossible }
        guard advance > 0 else { return .valid }
        store.removeFirst(advance)
        oldest = receive
        if !isPolling { t1 = .never }
        return .valid
    }

    /// T1 runs while a question is open: a poll, data not acknowledged, or a peer that is busy.
    private mutating func setT1(at now: MonotonicTime) {
        guard !isPolling else { return }
        if store.isEmpty, !remoteIsBusy {
            t1 = .never
        } else if t1 == .never {
            t1 = now + (remoteIsBusy ? parameters.busyTimeout : parameters.t1)
        }
    }

    /// A command of a link that is not there is answered with DM (802.2, 7.5: ADM). A response is not: two such ends would
    /// never stop.
    private func refuse(_ frame: LLCFrame, into output: inout NBFOutput) -> Event {
        if !frame.isResponse {
            sendUnnumbered(.dm, isResponse: true, pollFinal: frame.control.pollFinal, into: &output)
        }
        return .none
    }

    private mutating func reject(_ frame: LLCFrame, into output: inout NBFOutput) -> Event {
        sendFrameReject(frame.control, wasResponse: frame.isResponse, into: &output)
        return goDown(.reset)
    }

    private func count(_ frame: LLCFrame, _ pollFinal: Bool, into output: inout NBFOutput) {
        guard pollFinal else { return }
        if frame.isResponse {
            output.received.finals.add(LLCFrame.shortestFrame)
        } else {
            output.received.polls.add(LLCFrame.shortestFrame)
        }
    }
}
