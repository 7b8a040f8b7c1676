import Wire

/// Where one PDU ends and the next begins in the byte stream: TPKT (RFC 1006, 6; also RFC 2126) or fast path
/// (MS-RDPBCGR 2.2.8.1.2), told apart by the first byte.
enum Frame {
    static let tpktVersion: UInt8 = 3
    static let tpktHeaderLength = 4
    /// The length field's own limit.
    static let longest = 0xFFFF

    /// The whole length in bytes of the PDU at the front of `bytes`; nil while too little of it is there to tell.
    static func length(_ bytes: RawSpan) throws(WireError) -> Int? {
        var reader = ByteReader(bytes)
        guard !reader.isAtEnd else { return nil }
        if try reader.peek() == tpktVersion {
            guard reader.remaining >= tpktHeaderLength else { return nil }
            try reader.skip(2, "TPKT version")
            let length = Int(try reader.u16be("TPKT length"))
            guard length > tpktHeaderLength else { throw .invalid(field: "TPKT length", value: UInt64(length)) }
            return length
        }
        let version = try reader.u8("TPKT version")
        guard version & 3 == 0 else { throw .invalid(field: "TPKT version", value: UInt64(version)) }
        guard !reader.isAtEnd else { return nil }
        let first = Int(try reader.u8("fast-path length"))
        guard first & 0x80 != 0 else { return try atLeast(3, first) }
        guard !reader.isAtEnd else { return nil }
        return try atLeast(4, (first & 0x7F) << 8 | Int(try reader.u8("fast-path length")))
    }

    private static func atLeast(_ least: Int, _ length: Int) throws(WireError) -> Int {
        guard length >= least else { throw .invalid(field: "fast-path length", value: UInt64(length)) }
        return length
    }

    /// Begins a TPKT; ``end(_:at:)`` with what this returns fills in its length.
    static func begin(_ output: inout ByteWriter) -> Int {
        let start = output.count
        output.u8(tpktVersion)
        output.u8(0)
        output.u16be(0)
        return start
    }

    static func end(_ output: inout ByteWriter, at start: Int) {
        output.patch(u16be: UInt16(truncatingIfNeeded: output.count - start), at: start + 2)
    }
}

/// Cuts a byte stream into PDUs. While no PDU is half received it holds nothing.
package struct FrameBuffer {
    private var partial: [UInt8] = []
    /// PDUs so far of which only a part was there at first.
    private var begun: UInt32 = 0

    package init() {}

    /// The number of the PDU of which a part is kept; nil where none is. It tells one half PDU from the next.
    package var unfinished: UInt32? { partial.isEmpty ? nil : begun }

    /// Whether the next whole PDU lies in `input` alone, and how long it is there.
    package func lengthInPlace(_ input: borrowing ByteReader) throws(WireError) -> Int? {
        guard partial.isEmpty, let length = try Frame.length(input.rest), length <= input.remaining else { return nil }
        return length
    }

    /// Moves bytes from `input` to the PDU begun before; that PDU once it is whole, nil when the input ran out first.
    @_lifetime(input: copy input)
    package mutating func complete(_ input: inout ByteReader) throws(WireError) -> [UInt8]? {
        if partial.isEmpty { begun &+= 1 }
        while !input.isAtEnd {
            let known = try Frame.length(partial.span.bytes)
            // One byte at a time until the header tells the length: at most four times.
            let wanted = known.map { $0 - partial.count } ?? 1
            partial += try input.array(min(wanted, input.remaining))
            if let length = try Frame.length(partial.span.bytes), length == partial.count {
                defer { partial = [] }
                return partial
            }
        }
        return nil
    }
}
