import Wire

/// A rectangle of the desktop in pixels, its last column and row inside it, as RDP counts (MS-RDPBCGR 2.2.11.1).
public struct InclusiveRectangle: Equatable, Sendable {
    public var left: UInt16
    public var top: UInt16
    public var right: UInt16
    public var bottom: UInt16

    public init(left: UInt16, top: UInt16, right: UInt16, bottom: UInt16) {
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }

    @_lifetime(reader: copy reader)
    init(from reader: inout ByteReader) throws(WireError) {
        (left, top) = (try reader.u16le("left"), try reader.u16le("top"))
        (right, bottom) = (try reader.u16le("right"), try reader.u16le("bottom"))
    }

    func encode(into output: inout ByteWriter) {
        for value in [left, top, right, bottom] { output.u16le(value) }
    }
}

/// Bitmap updates (TS_UPDATE_BITMAP, MS-RDPBCGR 2.2.9.1.1.3.1.2).
enum BitmapUpdate {
    static let type: UInt16 = 1
    /// BITMAP_COMPRESSION and NO_BITMAP_COMPRESSION_HDR.
    private static let compressed: UInt16 = 0x0001
    private static let noHeader: UInt16 = 0x0400
    private static let headerLength = 8

    /// Writes one rectangle: `pixels` are numbers of colours in `palette`, `width` a row, the bottom row first.
    static func encodeRectangle(
        left: UInt16, top: UInt16, width: Int, pixels: [UInt8], _ palette: Palette, _ depth: ColorDepth, omitsHeader: Bool,
        into output: inout ByteWriter
    ) {
        let height = pixels.count / width
        InclusiveRectangle(
            left: left, top: top, right: left + UInt16(width) - 1, bottom: top + UInt16(height) - 1
        ).encode(into: &output)
        output.u16le(UInt16(width))
        output.u16le(UInt16(height))
        output.u16le(depth.rawValue)
        output.u16le(omitsHeader ? compressed | noHeader : compressed)
        let length = output.count
        output.u16le(0)
        if !omitsHeader { output.zeros(headerLength) }
        let data = output.count
        InterleavedRLE.encode(pixels, palette, depth, into: &output)
        output.patch(u16le: UInt16(truncatingIfNeeded: output.count - length - 2), at: length)
        guard !omitsHeader else { return }
        // cbCompFirstRowSize, cbCompMainBodySize, cbScanWidth, cbUncompressedSize (2.2.9.1.1.3.1.2.3).
        let sizes = [0, output.count - data, width * depth.bytesPerPixel, pixels.count * depth.bytesPerPixel]
        for (index, size) in sizes.enumerated() {
            output.patch(u16le: UInt16(truncatingIfNeeded: size), at: length + 2 + index * 2)
        }
    }

    /// Reads an update's rectangles without keeping their pixels.
    @_lifetime(reader: copy reader)
    static func readRectangles(_ reader: inout ByteReader) throws(WireError) -> Int {
        let count = Int(try reader.u16le("numberRectangles"))
        for _ in 0..<count {
            _ = try InclusiveRectangle(from: &reader)
            try reader.skip(8, "width")
            try reader.skip(Int(try reader.u16le("bitmapLength")), "bitmapDataStream")
        }
        return count
    }
}
