import Wire

/// Interleaved run-length encoding of 16-bit pixels (MS-RDPBCGR 2.2.9.1.1.3.1.2.4, 3.1.9): runs of one colour, and what
/// lies between them as it is. A plain tile of any size is five bytes.
enum InterleavedRLE {
    private static let colorRun: UInt8 = 0x3 << 5
    private static let longColorRun: UInt8 = 0xF3
    private static let colorImage: UInt8 = 0x4 << 5
    private static let longColorImage: UInt8 = 0xF4
    /// The longest form of an order, in bytes without its pixels.
    private static let longestHead = 3
    /// The most pixels that an order can say.
    private static let longestLength = 0xFFFF
    /// The longest run that the short forms can say: five bits, or zero in them and a byte more.
    private static let shortest = 31
    private static let extended = 255 + 32
    /// Shorter runs cost more as runs than as pixels among others.
    private static let worthwhileRun = 3

    /// Encodes pixels given in the order of the wire: left to right, the bottom row first (2.2.9.1.1.3.1.2.2).
    static func encode(_ pixels: [UInt16], into output: inout ByteWriter) {
        let pixels = pixels.span
        // The head of an image takes no more than what the run before it saves, but for the first's and where one is divided.
        let most = pixels.count * 2 + longestHead * (1 + pixels.count / longestLength)
        output.append(atMost: most) { encode(pixels, into: &$0) }
    }

    private static func encode(_ pixels: Span<UInt16>, into output: inout OutputSpan<UInt8>) {
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
        while end <= count &- 4 {
            let difference = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: end * 2, as: UInt64.self).littleEndian ^ four
            guard difference == 0 else { return end + difference.trailingZeroBitCount / UInt16.bitWidth }
            end &+= 4
        }
        while end < count, pixels[end] == color { end += 1 }
        return end
    }

    private static func encodeRun(of length: Int, _ color: UInt16, into output: inout OutputSpan<UInt8>) {
        var left = length
        while left > 0 {
            let part = min(left, longestLength)
            writeOrder(colorRun, long: longColorRun, length: part, into: &output)
            append(color, to: &output)
            left -= part
        }
    }

    private static func encodeImage(_ pixels: Span<UInt16>, into output: inout OutputSpan<UInt8>) {
        var start = 0
        while start < pixels.count {
            let end = min(pixels.count, start + longestLength)
            writeOrder(colorImage, long: longColorImage, length: end - start, into: &output)
            for index in start..<end { append(pixels[index], to: &output) }
            start = end
        }
    }

    private static func writeOrder(_ short: UInt8, long: UInt8, length: Int, into output: inout OutputSpan<UInt8>) {
        switch length {
        case 1...shortest:
            output.append(short | UInt8(length))
        case ...extended:
            output.append(short)
            output.append(UInt8(length - shortest - 1))
        default:
            output.append(long)
            append(UInt16(length), to: &output)
        }
    }

    private static func append(_ value: UInt16, to output: inout OutputSpan<UInt8>) {
        output.append(UInt8(truncatingIfNeeded: value))
        output.append(UInt8(truncatingIfNeeded: value >> 8))
    }
}
