import Wire

/// Interleaved run-length encoding of 16-bit pixels (MS-RDPBCGR 2.2.9.1.1.3.1.2.4, 3.1.9): runs of one colour, and what
/// lies between them as it is. A plain tile of any size is five bytes.
enum InterleavedRLE {
    private static let colorRun: UInt8 = 0x3 << 5
    private static let longColorRun: UInt8 = 0xF3
    private static let colorImage: UInt8 = 0x4 << 5
    private static let longColorImage: UInt8 = 0xF4
    /// The longest run that the short forms can say: five bits, or zero in them and a byte more.
    private static let shortest = 31
    private static let extended = 255 + 32
    /// Shorter runs cost more as runs than as pixels among others.
    private static let worthwhileRun = 3

    /// Encodes pixels given in the order of the wire: left to right, the bottom row first (2.2.9.1.1.3.1.2.2).
    static func encode(_ pixels: [UInt16], into output: inout ByteWriter) {
        var literal = 0
        var position = 0
        while position < pixels.count {
            let color = pixels[position]
            var end = position + 1
            while end < pixels.count, pixels[end] == color { end += 1 }
            if end - position >= worthwhileRun {
                encodeImage(pixels[literal..<position], into: &output)
                encodeRun(of: end - position, color, into: &output)
                literal = end
            }
            position = end
        }
        encodeImage(pixels[literal...], into: &output)
    }

    private static func encodeRun(of length: Int, _ color: UInt16, into output: inout ByteWriter) {
        var left = length
        while left > 0 {
            let part = min(left, 0xFFFF)
            writeOrder(colorRun, long: longColorRun, length: part, into: &output)
            output.u16le(color)
            left -= part
        }
    }

    private static func encodeImage(_ pixels: ArraySlice<UInt16>, into output: inout ByteWriter) {
        var rest = pixels
        while !rest.isEmpty {
            let part = rest.prefix(0xFFFF)
            writeOrder(colorImage, long: longColorImage, length: part.count, into: &output)
            for pixel in part { output.u16le(pixel) }
            rest = rest.dropFirst(part.count)
        }
    }

    private static func writeOrder(_ short: UInt8, long: UInt8, length: Int, into output: inout ByteWriter) {
        switch length {
        case 1...shortest:
            output.u8(short | UInt8(length))
        case ...extended:
            output.u8(short)
            output.u8(UInt8(length - shortest - 1))
        default:
            output.u8(long)
            output.u16le(UInt16(length))
        }
    }
}
