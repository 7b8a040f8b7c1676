/// What a segment is by its sequence numbers, the way Wireshark defines it in its User's Guide, "TCP Analysis".
struct SequenceFlags: OptionSet {
    let rawValue: UInt8
    static let keepAlive = SequenceFlags(rawValue: 1)
    static let keepAliveAck = SequenceFlags(rawValue: 2)
    static let zeroWindowProbe = SequenceFlags(rawValue: 4)
    static let zeroWindowProbeAck = SequenceFlags(rawValue: 8)
}

/// What must be known of one direction of a connection to judge its next segment and the other direction's.
struct SequenceState {
    /// The sequence number after the highest sent so far.
    var next: UInt32?
    var lastAcknowledgment: UInt32?
    var lastWindow: UInt16?
    /// Those of the last segment, and of no earlier one.
    var lastFlags: SequenceFlags = []

    /// Judges a segment of this direction and takes note of it.
    mutating func judge(_ segment: TCPSegment, against reverse: SequenceState) -> SequenceFlags {
        let flags = flags(of: segment, reverse)
        let end = segment.sequence &+ segment.sequenceLength
        // The byte of a zero-window probe lies beyond what the peer takes: it will be sent again as new.
        if !flags.contains(.zeroWindowProbe), next.map({ end.isAfter($0) }) ?? true { next = end }
        lastAcknowledgment = segment.acknowledgment
        lastWindow = segment.window
        lastFlags = flags
        return flags
    }

    private func flags(of segment: TCPSegment, _ reverse: SequenceState) -> SequenceFlags {
        guard let next else { return [] }
        let length = segment.payloadLength
        // Also with FIN: tshark asks for no flags here.
        if length == 1, segment.sequence == next, reverse.lastWindow == 0 { return .zeroWindowProbe }
        if segment.has(TCPSegment.syn | TCPSegment.fin | TCPSegment.rst) { return [] }
        // A keep-alive's sequence number is the last one that the peer has acknowledged (RFC 9293, 3.8.4).
        var flags: SequenceFlags = length <= 1 && segment.sequence == next &- 1 ? .keepAlive : []
        let repeatsItself =
            length == 0 && segment.sequence == next && segment.acknowledgment == lastAcknowledgment
            && segment.window == lastWindow
        if repeatsItself, segment.window != 0, reverse.lastFlags.contains(.keepAlive) { flags.insert(.keepAliveAck) }
        if repeatsItself, segment.window == 0, reverse.lastFlags.contains(.zeroWindowProbe) {
            flags.insert(.zeroWindowProbeAck)
        }
        return flags
    }
}

extension UInt32 {
    /// Whether this sequence number comes after the other, modulo 2^32 (RFC 9293, 3.4).
    func isAfter(_ other: UInt32) -> Bool { Int32(bitPattern: self &- other) > 0 }
}
