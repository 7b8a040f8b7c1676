import Time
import Wire

/// What a packet that goes out is for.
public enum SPXPacketKind: Equatable, Sendable {
    case request, acceptance, data, acknowledgement, probe, probeAnswer, end, endAcknowledgement
}

extension SPXMachine {
    /// Writes the next packet that is to go out, both headers and data; nil where there is none.
    public mutating func nextPacket(
        from source: IPXAddress, to destination: IPXAddress, into output: inout ByteWriter, at now: MonotonicTime
    ) -> SPXPacketKind? {
        guard let (kind, header, segment) = nextHeader(at: now) else { return nil }
        let packet = SPXPacket(header, from: source, to: destination, dataLength: segment?.range.count ?? 0)
        packet.write(&output)
        if let segment { sender.write(segment, to: &output) }
        return kind
    }

    private typealias Next = (SPXPacketKind, SPXHeader, SPXSender.Segment?)

    private mutating func nextHeader(at now: MonotonicTime) -> Next? {
        if take(.request) { return system(.request, [.system, .acknowledgementRequired]) }
        if take(.endAcknowledgement) {
            return (.endAcknowledgement, header([], .endOfConnectionAcknowledgement, sender.nextSequence), nil)
        }
        if take(.acceptance) { return system(.acceptance, .system) }
        // The answer to a probe is a packet of its own even where data would say the same, so that it can be counted.
        if take(.probeAnswer) { return system(.probeAnswer, .system) }
        if take(.probe) { return system(.probe, [.system, .acknowledgementRequired]) }
        if let data = nextData(at: now) { return data }
        if let end = nextEnd(at: now) { return end }
        if take(.acknowledgement) { return system(.acknowledgement, .system) }
        return nil
    }

    private mutating func nextData(at now: MonotonicTime) -> Next? {
        guard phase == .open || phase == .ending else { return nil }
        let isFirst = !sender.isAwaiting
        guard let segment = sender.next(settings) else { return nil }
        if isFirst { beginAwaiting(at: now) }
        due.remove(.acknowledgement)
        var control: SPXControl = []
        if segment.isLast, segment.isFirstTime { roundTrip.sent(segment.sequence, at: now) }
        if segment.isLast { control.insert(.acknowledgementRequired) }
        if segment.endsMessage { control.insert(.endOfMessage) }
        return (.data, header(control, .plain, segment.sequence), segment)
    }

    /// The end goes out when all data has been acknowledged, whatever the peer's window: it has no data that would need
    /// room.
    private mutating func nextEnd(at now: MonotonicTime) -> Next? {
        guard phase == .ending, sender.isEmpty else { return nil }
        if endSequence == nil {
            beginAwaiting(at: now)
        } else if !take(.end) {
            return nil
        }
        let sequence = sender.nextSequence
        endSequence = sequence
        due.remove(.acknowledgement)
        return (.end, header(.acknowledgementRequired, .endOfConnection, sequence), nil)
    }

    private mutating func beginAwaiting(at now: MonotonicTime) {
        attempts = 0
        retransmitAt = now.after(roundTrip.retransmissionTime(settings))
    }

    private mutating func take(_ item: Due) -> Bool { due.remove(item) != nil }

    private mutating func system(_ kind: SPXPacketKind, _ control: SPXControl) -> Next {
        due.remove(.acknowledgement)
        return (kind, header(control, .plain, sender.nextSequence), nil)
    }

    private func header(_ control: SPXControl, _ datastream: SPXDatastream, _ sequence: UInt16) -> SPXHeader {
        SPXHeader(
            control: control, datastream: datastream, sourceID: localID, destinationID: remoteID, sequence: sequence,
            acknowledge: receiver.expected, allocation: receiver.allocation(settings))
    }
}
