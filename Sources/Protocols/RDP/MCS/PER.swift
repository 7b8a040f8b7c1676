import Wire

/// The little of ASN.1's aligned packed encoding rules (ITU-T X.691) that MCS and GCC need.
enum PER {
    /// A length determinant (10.9.3.6, 10.9.3.7): one octet below 128, else two with the top bit set.
    @_lifetime(reader: copy reader)
    static func readLength(_ reader: inout ByteReader) throws(WireError) -> Int {
        let first = Int(try reader.u8("PER length"))
        guard first & 0x80 != 0 else { return first }
        guard first & 0x40 == 0 else { throw .invalid(field: "PER length", value: UInt64(first)) }
        return (first & 0x3F) << 8 | Int(try reader.u8("PER length"))
    }

    static func writeLength(_ length: Int, _ output: inout ByteWriter) {
        if length < 0x80 {
            output.u8(UInt8(truncatingIfNeeded: length))
        } else {
            output.u16be(longForm(length))
        }
    }

    /// The longest length that the two-octet form can say.
    static let longest = 0x3FFF

    /// The two-octet form, which every RDP peer takes for short lengths too: room can be left for it before the length
    /// is known.
    static func longForm(_ length: Int) -> UInt16 { 0x8000 | UInt16(clamping: length) }
}
