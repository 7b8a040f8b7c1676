import Wire

/// Interleaved run-length encoding (MS-RDPBCGR 2.2.9.1.1.3.1.2.4, 3.1.9): runs of one colour, and what lies between them as
/// it is. The orders are the same in every depth, only their pixels differ. A plain tile of any size is one order.
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
    ///
    /// - Parameters:
    ///   - pixels: numbers of colours in `palette`.
    static func encode(_ pixels: [UInt8], _ palette: Palette, _ depth: ColorDepth, into output: inout ByteWriter) {
        let ink = Ink(values: palette.pixels(depth), bytes: depth.bytesPerPixel)
        let pixels = pixels.span
        // The head of an image takes no more than what the run before it saves; but for the first's, where one is divided, and,
        // with one byte a pixel, for those of more pixels than the shortest head can say.
        let most = pixels.count * ink.bytes + pixels.count / (shortest + 1) + longestHead * (1 + pixels.count / longestLength)
        output.append(atMost: most) { encode(pixels, ink, into: &$0) }
    }

    /// What a pixel is on the wire.
    private struct Ink {
        let values: [UInt32]
        let bytes: Int

        func append(_ pixel: UInt8, to output: inout OutputSpan<UInt8>) {
            let value = values[Int(pixel)]
            output.append(UInt8(truncatingIfNeeded: value))
            if bytes > 1 { output.append(UInt8(truncatingIfNeeded: value >> 8)) }
            if bytes > 2 { output.append(UInt8(truncatingIfNeeded: value >> 16)) }
        }
    }

    private static func encode(_ pixels: Span<UInt8>, _ ink: Ink, into output: inout OutputSpan<UInt8>) {
        var literal = 0
        var position = 0
        while position < pixels.count {
            let end = endOfRun(pixels, from: position)
            if end - position >= worthwhileRun {
                encodeImage(pixels.extracting(literal..<position), ink, into: &output)
                encodeRun(of: end - position, pixels[position], ink, into: &output)
                literal = end
            }
            position = end
        }
        encodeImage(pixels.extracting(literal...), ink, into: &output)
    }

    /// Where the pixels from `start` on cease to be the same; most of a desktop is long runs, so eight are compared at once.
    private static func endOfRun(_ pixels: Span<UInt8>, from start: Int) -> Int {
        let color = pixels[start]
        let eight = UInt64(color) * 0x0101_0101_0101_0101
        let (bytes, count) = (pixels.bytes, pixels.count)
        var end = start + 1
        while end <= count &- 8 {
            let difference = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: end, as: UInt64.self).littleEndian ^ eight
            guard difference == 0 else { return end + difference.trailingZeroBitCount / UInt8.bitWidth }
            end &+= 8
        }
        while end < count, pixels[end] == color { end += 1 }
        return end
    }

    private static func encodeRun(of length: Int, _ color: UInt8, _ ink: Ink, into output: inout OutputSpan<UInt8>) {
        var left = length
        while left > 0 {
            let part = min(left, longestLength)
            writeOrder(colorRun, long: longColorRun, length: part, into: &output)
            ink.append(color, to: &output)
            left -= part
        }
    }

    private static func encodeImage(_ pixels: Span<UInt8>, _ ink: Ink, into output: inout OutputSpan<UInt8>) {
        var start = 0
        while start < pixels.count {
            let end = min(pixels.count, start + longestLength)
            writeOrder(colorImage, long: longColorImage, length: end - start, into: &output)
            for index in start..<end { ink.append(pixels[index], to: &output) }
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
            output.append(UInt8(truncatingIfNeeded: length))
            output.append(UInt8(truncatingIfNeeded: length >> 8))
        }
    }
}
