import Contracts

/// One TCP connection in a capture, and what each of its packets is for.
struct FlowAccount {
    /// Handed to the classifier.
    let number: Int
    /// Of the first SYN: another one on the same ports is another connection.
    var initialSequence: UInt32?
    private var client = Direction()
    private var server = Direction()

    struct Direction {
        var sequence = SequenceState()
        var sent = SentRanges()
        /// The class of the last packet.
        var last: TrafficClass?
    }

    init(number: Int) { self.number = number }

    mutating func classify(
        _ segment: TCPSegment, fromServer: Bool, _ classify: TrafficAccount.Classifier
    ) -> TrafficClass {
        let before = fromServer ? server.sequence.next : client.sequence.next
        let flags =
            fromServer
            ? server.sequence.judge(segment, against: client.sequence)
            : client.sequence.judge(segment, against: server.sequence)
        let news =
            !segment.has(TCPSegment.ack)
            ? [] : fromServer ? client.sent.acknowledge(segment.acknowledgment) : server.sent.acknowledge(segment.acknowledgment)

        let kind: TrafficClass
        if flags.contains(.zeroWindowProbe) {
            kind = .zeroWindowProbe
        } else if flags.contains(.keepAlive) {
            kind = .keepAliveProbe
        } else if flags.contains(.keepAliveAck) {
            kind = .keepAliveAck
        } else if flags.contains(.zeroWindowProbeAck) {
            kind = .zeroWindowProbeAck
        } else if segment.payloadLength > 0 {
            let payload = { (segment: TCPSegment, bytes: UnsafeRawBufferPointer) in classify(bytes, fromServer, self.number) }
            kind =
                fromServer
                ? server.classOfData(segment, after: before, payload)
                : client.classOfData(segment, after: before, payload)
        } else if segment.has(TCPSegment.syn | TCPSegment.fin | TCPSegment.rst) {
            kind = .setupTeardown
        } else {
            kind = Self.classOfAcknowledgment(news, repeating: fromServer ? client.last : server.last)
        }
        if fromServer { server.finish(segment, kind) } else { client.finish(segment, kind) }
        return kind
    }

    /// What an ACK without data is for: what it acknowledges first, or, where that is nothing new, what it answers.
    private static func classOfAcknowledgment(_ news: [SentRanges.Content], repeating last: TrafficClass?) -> TrafficClass {
        if news.contains(.payload(.sessionData)) { return .sessionAck }
        if news.contains(where: { $0 != .control }) { return .livenessAck }
        if !news.isEmpty || last == .setupTeardown { return .setupTeardown }
        return last?.isLiveness == true ? .livenessAck : .sessionAck
    }
}

extension FlowAccount.Direction {
    /// - Parameter before: the sequence number that new data would have had.
    fileprivate mutating func classOfData(
        _ segment: TCPSegment, after before: UInt32?,
        _ classify: (TCPSegment, UnsafeRawBufferPointer) -> PayloadClass
    ) -> TrafficClass {
        let start = segment.sequence &+ (segment.has(TCPSegment.syn) ? 1 : 0)
        let end = start &+ UInt32(truncatingIfNeeded: segment.payloadLength)
        if let before, !end.isAfter(before) {
            return TrafficClass(sent.content(from: start, length: segment.payloadLength) ?? .sessionData, repeated: true)
        }
        // A repetition that carries more than was there the first time: only the rest is news.
        let known = before.map { $0.isAfter(start) ? Int($0 &- start) : 0 } ?? 0
        let fresh = UnsafeRawBufferPointer(rebasing: segment.payload.dropFirst(known))
        var payload = classify(segment, fresh)
        sent.append(start &+ UInt32(known), length: UInt32(segment.payloadLength - known), .payload(payload))
        if known > 0, sent.content(from: start, length: known) == .sessionData { payload = .sessionData }
        return TrafficClass(payload, repeated: false)
    }

    fileprivate mutating func finish(_ segment: TCPSegment, _ kind: TrafficClass) {
        last = kind
        if segment.has(TCPSegment.syn) { sent.append(segment.sequence, length: 1, .control) }
        if segment.has(TCPSegment.fin) {
            sent.append(segment.sequence &+ segment.sequenceLength &- 1, length: 1, .control)
        }
    }
}
