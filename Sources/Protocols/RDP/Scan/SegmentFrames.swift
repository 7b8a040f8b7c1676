import Wire

/// Where PDUs begin in a TCP segment that was captured, which may begin inside one and end inside another.
///
/// A TPKT is known by what X.224 puts into it. A fast-path PDU has nothing to be known by: its first byte may be any
/// fourth one. It is taken for one only where another PDU follows it, or the segment's end.
enum SegmentFrames {
    /// How many fast-path PDUs one after the other are followed to find out whether they lead anywhere.
    private static let furthestLook = 8
    /// A TPKT whose X.224 header is whole.
    private static let dataHeaderLength = 7

    /// The next PDU at or behind `offset`, cut off where `bytes` end.
    static func next(in bytes: RawSpan, from offset: Int) -> Range<Int>? {
        var start = offset
        while start < bytes.byteCount {
            if let length = tpktLength(bytes, at: start) ?? chainedFastPathLength(bytes, at: start) {
                return start..<min(start + length, bytes.byteCount)
            }
            guard let resumed = nextData(bytes, after: start) else {
                // Nothing contradicts a fast-path PDU that goes on in the next segment.
                return fastPathLength(bytes, at: start) == nil ? nil : start..<bytes.byteCount
            }
            start = resumed
        }
        return nil
    }

    /// The length of the TPKT at `start`; nil where there is none, or less of one than its header.
    private static func tpktLength(_ bytes: RawSpan, at start: Int) -> Int? {
        let rest = bytes.extracting(droppingFirst: start)
        var reader = ByteReader(rest)
        guard (try? reader.u8()) == Frame.tpktVersion, (try? reader.u8()) == 0, let length = try? reader.u16be(),
            Int(length) >= dataHeaderLength
        else { return nil }
        // Where the capture ends before the code there is no more to ask for.
        _ = try? reader.u8()
        guard let code = try? reader.u8() else { return Int(length) }
        return [X224.data, X224.connectionRequest, X224.connectionConfirm].contains(code) ? Int(length) : nil
    }

    private static func fastPathLength(_ bytes: RawSpan, at start: Int) -> Int? {
        let rest = bytes.extracting(droppingFirst: start)
        guard let first = try? ByteReader(rest).peek(), first != Frame.tpktVersion else { return nil }
        return (try? Frame.length(rest)) ?? nil
    }

    /// The length of the fast-path PDU at `start` if what follows it is in order.
    private static func chainedFastPathLength(_ bytes: RawSpan, at start: Int) -> Int? {
        guard let length = fastPathLength(bytes, at: start) else { return nil }
        var end = start + length
        for _ in 0..<furthestLook where end < bytes.byteCount && tpktLength(bytes, at: end) == nil {
            guard let next = fastPathLength(bytes, at: end) else { return nil }
            end += next
        }
        return end <= bytes.byteCount ? length : nil
    }

    /// Where behind `start` the next TPKT with an MCS PDU in it begins.
    private static func nextData(_ bytes: RawSpan, after start: Int) -> Int? {
        let all = ByteReader(bytes)
        var candidate = start
        while candidate + 1 + dataHeaderLength <= bytes.byteCount {
            candidate += 1
            guard (try? all.peek(candidate)) == Frame.tpktVersion else { continue }
            let rest = bytes.extracting(droppingFirst: candidate)
            var reader = ByteReader(rest)
            if (try? reader.u16be()) == UInt16(Frame.tpktVersion) << 8, (try? reader.skip(2)) != nil,
                (try? X224.readDataHeader(&reader)) != nil, tpktLength(bytes, at: candidate) != nil
            {
                return candidate
            }
        }
        return nil
    }
}
