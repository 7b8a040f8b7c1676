import Time
import Wire

extension LinkMachine {
    private func frame(_ control: LLCControl, isResponse: Bool) -> LLCFrame {
        LLCFrame(to: remote, from: local, isResponse: isResponse, control: control)
    }

    func sendUnnumbered(_ kind: LLCControl.Unnumbered, isResponse: Bool, pollFinal: Bool, into output: inout NBFOutput) {
        output.frames.append(frame(.unnumbered(kind, pollFinal: pollFinal), isResponse: isResponse))
    }

    /// Every I-frame is a command, carries what this end has received, and so is an acknowledgement too.
    mutating func sendInformation(_ number: UInt8, _ information: RawSpan, into output: inout NBFOutput) {
        let control = LLCControl.information(send: number, receive: receiveNext, pollFinal: false)
        output.frames.append(frame(control, isResponse: false)) { $0.append(information) }
        acknowledged()
    }

    /// A response without the final bit.
    mutating func sendSupervisory(_ kind: LLCControl.Supervisory, into output: inout NBFOutput) {
        output.frames.append(frame(.supervisory(kind, receive: receiveNext, pollFinal: false), isResponse: true))
        acknowledged()
    }

    mutating func sendAcknowledgement(into output: inout NBFOutput) {
        sendSupervisory(isBusy ? .receiveNotReady : .receiveReady, into: &output)
    }

    /// The answer that a poll must have at once.
    mutating func sendFinal(into output: inout NBFOutput) {
        let kind = isBusy ? LLCControl.Supervisory.receiveNotReady : .receiveReady
        let length = output.frames.append(frame(.supervisory(kind, receive: receiveNext, pollFinal: true), isResponse: true))
        output.sent.finals.add(length)
        acknowledged()
    }

    /// Asks the peer where it stands; its final says that, and that it is alive.
    mutating func sendPoll(at now: MonotonicTime, into output: inout NBFOutput) {
        let kind = isBusy ? LLCControl.Supervisory.receiveNotReady : .receiveReady
        let length = output.frames.append(frame(.supervisory(kind, receive: receiveNext, pollFinal: true), isResponse: false))
        output.sent.polls.add(length)
        acknowledged()
        isPolling = true
        t1 = now + parameters.t1
        // Whatever is heard starts Ti again; until then T1 is the one that counts.
        ti = .never
    }

    /// Everything not acknowledged goes out again (go back N).
    mutating func retransmit(at now: MonotonicTime, into output: inout NBFOutput) {
        guard !store.isEmpty else { return }
        let (first, receive) = (oldest, receiveNext)
        store.forEach { index, information in
            let number = (first &+ UInt8(truncatingIfNeeded: index)) & 127
            let control = LLCControl.information(send: number, receive: receive, pollFinal: false)
            output.frames.append(frame(control, isResponse: false)) { $0.append(information) }
        }
        acknowledged()
        t1 = now + parameters.t1
    }

    /// FRMR with the control field that is to blame, V(S), V(R), and what was wrong: here always N(R) (802.2, 5.4.2.3.5).
    func sendFrameReject(_ rejected: LLCControl, wasResponse: Bool, into output: inout NBFOutput) {
        let control = LLCControl.unnumbered(.frmr, pollFinal: rejected.pollFinal && !wasResponse)
        output.frames.append(frame(control, isResponse: true)) { writer in
            rejected.encode(into: &writer)
            if case .unnumbered = rejected { writer.u8(0) }
            writer.u8(sendNext << 1)
            writer.u8(receiveNext << 1 | (wasResponse ? 1 : 0))
            writer.u8(0x08)
        }
    }

    private mutating func acknowledged() {
        owed = 0
        t2 = .never
    }
}
