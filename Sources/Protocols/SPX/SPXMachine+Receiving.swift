import Time
import Wire

/// What a packet was to the connection.
public enum SPXArrival: Equatable, Sendable {
    /// The driver has dealt with it.
    case settled
    /// Its data is next in the stream: the program gets it now.
    case data
    /// The peer's watchdog asks.
    case probe
    /// The peer answers our watchdog.
    case probeAnswer
}

extension SPXMachine {
    /// Takes a packet that has this connection's id and comes from its peer's address. One with a wrong source
    /// connection id is of another connection and ignored.
    public mutating func receive(_ header: SPXHeader, data: RawSpan, at now: MonotonicTime) -> SPXArrival {
        switch phase {
        case .requesting:
            accept(header, at: now)
            return .settled
        case .open, .ending:
            guard header.sourceID == remoteID else { return .settled }
            return receiveOpen(header, data, at: now)
        case .lingering:
            // Its sequence number is one behind what is expected now: our answer was lost.
            if header.sourceID == remoteID, header.datastream == .endOfConnection { due.insert(.endAcknowledgement) }
            return .settled
        case .ended:
            return .settled
        }
    }

    /// The request that made this connection came again: the acceptance was lost.
    public mutating func receiveRequestAgain() {
        if phase == .open { due.insert(.acceptance) }
    }

    /// Any system packet that answers is the acceptance. Data may overtake it and is left to come again; so the peer's
    /// numbers begin at 0 whatever this packet's own is.
    private mutating func accept(_ header: SPXHeader, at now: MonotonicTime) {
        guard header.control.contains(.system), !header.isRequest, header.datastream == .plain else { return }
        remoteID = header.sourceID
        sender = SPXSender(allocation: header.allocation)
        quietSince = now
        due = []
        open()
    }

    private mutating func receiveOpen(_ header: SPXHeader, _ data: RawSpan, at now: MonotonicTime) -> SPXArrival {
        let asked = probes > 0
        quietSince = now
        probes = 0
        due.remove(.probe)
        sender.allow(header.allocation)
        if sender.acknowledge(header.acknowledge) {
            attempts = 0
            roundTrip.acknowledged(header.acknowledge, at: now)
            retransmitAt = now.after(roundTrip.retransmissionTime(settings))
        }
        if header.control.contains(.system) {
            guard header.control.contains(.acknowledgementRequired) else { return asked ? .probeAnswer : .settled }
            due.insert(.probeAnswer)
            return .probe
        }
        switch header.datastream {
        case .endOfConnection: receiveEnd(header, at: now)
        case .endOfConnectionAcknowledgement: if endSequence != nil { end(.local) }
        default: return receiveData(header, data)
        }
        return .settled
    }

    private mutating func receiveData(_ header: SPXHeader, _ data: RawSpan) -> SPXArrival {
        let fate = receiver.take(header.sequence, data, settings)
        if fate == .drop || header.control.contains(.acknowledgementRequired) { due.insert(.acknowledgement) }
        return fate == .deliver && phase == .open ? .data : .settled
    }

    /// The peer has sent everything and ends. What we had for it is lost, as there is no half of an SPX connection.
    private mutating func receiveEnd(_ header: SPXHeader, at now: MonotonicTime) {
        guard header.sequence == receiver.expected else {
            due.insert(.acknowledgement)
            return
        }
        receiver.skip()
        end(phase == .ending ? .local : .peerEnded)
        phase = .lingering
        dropAt = now.after(settings.lingerTime)
        due = .endAcknowledgement
    }
}
