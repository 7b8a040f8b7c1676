import Wire

/// The bytes that a connection has yet to bring across: the packets under way, then what waits for room in the window.
///
/// What is under way is sent again with the same boundaries, since the peer may have some of it. Nothing is held in
/// memory while nothing is to be sent.
struct SPXSender {
    private var bytes: [UInt8] = []
    private var start = 0
    /// Data lengths of the packets under way.
    private var underWay: [UInt16] = []
    private var bytesUnderWay = 0
    /// Packets under way from this one on are to be sent again.
    private var resending = 0
    /// The sequence number of the first packet that is not acknowledged.
    private var first: UInt16 = 0
    /// The highest sequence number that the peer lets us send.
    private var allocation: UInt16

    init(allocation: UInt16) { self.allocation = allocation }

    /// The sequence number of the next packet that is sent for the first time.
    var nextSequence: UInt16 { first &+ UInt16(underWay.count) }

    var isAwaiting: Bool { !underWay.isEmpty }

    /// Bytes not yet in a packet.
    var unsent: Int { bytes.count - start - bytesUnderWay }

    var isEmpty: Bool { bytes.isEmpty }

    mutating func append(_ more: RawSpan) {
        if start > 0, start >= bytes.count / 2 {
            bytes.removeSubrange(..<start)
            start = 0
        }
        more.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    /// Forgets everything that is to be sent.
    mutating func clear() {
        first = nextSequence
        bytes = []
        underWay = []
        (start, bytesUnderWay, resending) = (0, 0, 0)
    }

    mutating func allow(_ allocation: UInt16) {
        if Int16(bitPattern: allocation &- self.allocation) > 0 { self.allocation = allocation }
    }

    /// The peer expects `sequence` next. True where that acknowledges anything; what cannot be is ignored.
    mutating func acknowledge(_ sequence: UInt16) -> Bool {
        let count = Int(sequence &- first)
        guard count > 0, count <= underWay.count else { return false }
        let taken = underWay[..<count].reduce(0) { $0 + Int($1) }
        start += taken
        bytesUnderWay -= taken
        first = sequence
        resending = max(0, resending - count)
        if underWay.count == count { underWay = [] } else { underWay.removeFirst(count) }
        if start == bytes.count {
            bytes = []
            start = 0
        }
        return true
    }

    /// Sends everything under way again: a peer that missed one packet has thrown away those after it.
    mutating func resend() { resending = 0 }

    /// Whether there is a packet that may be sent now.
    func hasNext(_ settings: SPXSettings) -> Bool {
        resending < underWay.count
            || unsent > 0 && underWay.count < settings.parameters.windowSize
                && Int16(bitPattern: allocation &- nextSequence) >= 0
    }

    /// The next packet that may be sent now.
    mutating func next(_ settings: SPXSettings) -> Segment? {
        guard hasNext(settings) else { return nil }
        let isFirstTime = resending == underWay.count
        if isFirstTime {
            let length = min(unsent, settings.parameters.largestData)
            underWay.append(UInt16(length))
            bytesUnderWay += length
        }
        let offset = start + underWay[..<resending].reduce(0) { $0 + Int($1) }
        let end = offset + Int(underWay[resending])
        let sequence = first &+ UInt16(resending)
        resending += 1
        return Segment(
            sequence: sequence, range: offset..<end, endsMessage: end == bytes.count, isLast: !hasNext(settings),
            isFirstTime: isFirstTime)
    }

    func write(_ segment: Segment, to output: inout ByteWriter) {
        output.append(bytes.span.bytes.extracting(segment.range))
    }

    /// One packet's share of the stream.
    struct Segment {
        var sequence: UInt16
        var range: Range<Int>
        /// Nothing is known to come after it.
        var endsMessage: Bool
        /// Nothing more can be sent until the peer has answered.
        var isLast: Bool
        var isFirstTime: Bool
    }
}
