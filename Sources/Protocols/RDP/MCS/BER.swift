import Wire

/// The little of ASN.1's basic encoding rules (ITU-T X.690) that MCS connects with.
enum BER {
    static let boolean: UInt8 = 0x01
    static let integer: UInt8 = 0x02
    static let octetString: UInt8 = 0x04
    static let enumerated: UInt8 = 0x0A
    static let sequence: UInt8 = 0x30

    /// The length octets (8.1.3): short form, or long form of one or two octets.
    @_lifetime(reader: copy reader)
    static func readLength(_ reader: inout ByteReader) throws(WireError) -> Int {
        let first = try reader.u8("BER length")
        switch first {
        case 0..<0x80: return Int(first)
        case 0x81: return Int(try reader.u8("BER length"))
        case 0x82: return Int(try reader.u16be("BER length"))
        default: throw .invalid(field: "BER length", value: UInt64(first))
        }
    }

    /// A reader over the contents of the next element, which must have `tag`.
    @_lifetime(copy reader)
    @_lifetime(reader: copy reader)
    static func readElement(_ tag: UInt8, _ reader: inout ByteReader) throws(WireError) -> ByteReader {
        let found = try reader.u8("BER tag")
        guard found == tag else { throw .invalid(field: "BER tag", value: UInt64(found)) }
        return try reader.reader(try readLength(&reader), "BER contents")
    }

    /// An application tag of two octets, as MCS uses above 30.
    @_lifetime(copy reader)
    @_lifetime(reader: copy reader)
    static func readApplication(_ tag: UInt16, _ reader: inout ByteReader) throws(WireError) -> ByteReader {
        let found = try reader.u16be("BER application tag")
        guard found == tag else { throw .invalid(field: "BER application tag", value: UInt64(found)) }
        return try reader.reader(try readLength(&reader), "BER contents")
    }

    static func writeLength(_ length: Int, _ output: inout ByteWriter) {
        if length < 0x80 {
            output.u8(UInt8(truncatingIfNeeded: length))
        } else {
            output.u8(0x82)
            output.u16be(UInt16(clamping: length))
        }
    }

    static func writeElement(_ tag: UInt8, _ contents: [UInt8], _ output: inout ByteWriter) {
        output.u8(tag)
        writeLength(contents.count, &output)
        output.append(contents)
    }

    /// A non-negative integer in the fewest octets that keep its sign bit clear (8.3.2).
    static func writeInteger(_ value: UInt16, _ output: inout ByteWriter) {
        if value < 0x80 {
            writeElement(integer, [UInt8(value)], &output)
        } else if value < 0x8000 {
            writeElement(integer, [UInt8(value >> 8), UInt8(value & 0xFF)], &output)
        } else {
            writeElement(integer, [0, UInt8(value >> 8), UInt8(value & 0xFF)], &output)
        }
    }
}
