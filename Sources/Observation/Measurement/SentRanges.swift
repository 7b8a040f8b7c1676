/// What one direction of a connection has sent and for what, so that a repetition and an acknowledgment can be told
/// what they repeat and acknowledge.
struct SentRanges {
    enum Content: Equatable {
        case payload(PayloadClass)
        /// A SYN's or FIN's one sequence number.
        case control
    }

    private struct Range {
        var start: UInt32
        var end: UInt32
        var content: Content
    }

    private var ranges: [Range] = []
    /// How many of the ranges, from the front, are acknowledged.
    private var acknowledged = 0
    /// Acknowledged ranges still known, for repetitions that crossed their acknowledgment.
    private static let remembered = 16
    /// Most ranges kept where acknowledgments never come, as from a dark peer or with one direction captured only.
    private static let limit = 4_096

    mutating func append(_ start: UInt32, length: UInt32, _ content: Content) {
        guard length > 0 else { return }
        ranges.append(Range(start: start, end: start &+ length, content: content))
        let surplus = max(acknowledged - 2 * Self.remembered, ranges.count - Self.limit)
        if surplus > 0 {
            let dropped = max(surplus, Self.remembered)
            ranges.removeFirst(dropped)
            acknowledged = max(0, acknowledged - dropped)
        }
    }

    /// What the bytes from `start` were sent as; nil where nobody remembers.
    func content(from start: UInt32, length: Int) -> PayloadClass? {
        let end = start &+ UInt32(truncatingIfNeeded: length)
        var found: PayloadClass?
        for range in ranges.reversed() where end.isAfter(range.start) && range.end.isAfter(start) {
            guard case .payload(let payload) = range.content else { continue }
            if payload == .sessionData { return payload }
            found = payload
        }
        return found
    }

    /// Takes note that the peer has everything before `number`, and says what of that is news.
    mutating func acknowledge(_ number: UInt32) -> [Content] {
        var news: [Content] = []
        while acknowledged < ranges.count, number.isAfter(ranges[acknowledged].start) {
            news.append(ranges[acknowledged].content)
            if ranges[acknowledged].end.isAfter(number) {
                ranges[acknowledged].start = number
                break
            }
            acknowledged += 1
        }
        return news
    }
}
