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
        let pixels = pixels.span
        var literal = 0
        var position = 0
        while position < pixels.count {
            let end = endOfRun(pixels, from: position)
            if end - position >= worthwhileRun {
                encodeImage(pixels.extracting(literal..<position), into: &output)
                encodeRun(of: end - position, pixels[position], into: &output)
                literal = end
            }
            position = end
        }
        encodeImage(pixels.extracting(literal...), into: &output)
    }

    /// Where the pixels from `start` on cease to be the same; most of a desktop is long runs, so four are compared at once.
    private static func endOfRun(_ pixels: Span<UInt16>, from start: Int) -> Int {
        let color = pixels[start]
        let four = UInt64(color) * 0x0001_0001_0001_0001
        let (bytes, count) = (pixels.bytes, pixels.count)
        var end = start + 1
        while end + 4 <= count, bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: end * 2, as: UInt64.self) == four { end += 4 }
        while end < count, pixels[end] == color { end += 1 }
        return end
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

    private static func encodeImage(_ pixels: Span<UInt16>, into output: inout ByteWriter) {
        var start = 0
        while start < pixels.count {
            let part = pixels.extracting(start..<min(pixels.count, start + 0xFFFF))
            writeOrder(colorImage, long: longColorImage, length: part.count, into: &output)
            output.u16le(part)
            start += part.count
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
