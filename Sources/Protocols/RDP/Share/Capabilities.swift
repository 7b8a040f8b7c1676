import Wire

/// The capability sets that are sent (MS-RDPBCGR 2.2.7), and what is remembered of those received.
struct Capabilities: Equatable {
    var width: UInt16
    var height: UInt16
    var colorDepth: ColorDepth
    /// Whether compressed bitmaps may come without their eight-byte header (NO_BITMAP_COMPRESSION_HDR, 2.2.7.1.1).
    var omitsCompressionHeader = false
    /// Whether signatures may be salted (ENC_SALTED_CHECKSUM, 2.2.7.1.1).
    var saltsSignatures = false
    /// Whether fast-path input may be sent (2.2.7.1.6).
    var takesFastPathInput = false

    private enum Kind {
        static let general: UInt16 = 1
        static let bitmap: UInt16 = 2
        static let order: UInt16 = 3
        static let pointer: UInt16 = 8
        static let share: UInt16 = 9
        static let input: UInt16 = 13
        static let virtualChannel: UInt16 = 20
    }

    private static let noCompressionHeader: UInt16 = 0x0400
    private static let saltedChecksum: UInt16 = 0x0010
    /// INPUT_FLAG_FASTPATH_INPUT and INPUT_FLAG_FASTPATH_INPUT2.
    private static let fastPathInput: UInt16 = 0x0008 | 0x0020

    init(width: UInt16, height: UInt16, colorDepth: ColorDepth) {
        self.width = width
        self.height = height
        self.colorDepth = colorDepth
    }

    /// Reads the combined sets behind their count.
    @_lifetime(reader: copy reader)
    mutating func read(count: UInt16, _ reader: inout ByteReader) throws(WireError) {
        for _ in 0..<count {
            var block = try GCCBlock.read(&reader)
            switch block.type {
            case Kind.general:
                try block.body.skip(10, "osMajorType")
                let flags = try block.body.u16le("extraFlags")
                omitsCompressionHeader = flags & Self.noCompressionHeader != 0
                saltsSignatures = flags & Self.saltedChecksum != 0
            case Kind.bitmap:
                colorDepth = ColorDepth(atMost: try block.body.u16le("preferredBitsPerPixel"))
                try block.body.skip(6, "receive1BitPerPixel")
                width = try block.body.u16le("desktopWidth")
                height = try block.body.u16le("desktopHeight")
            case Kind.input:
                takesFastPathInput = try block.body.u16le("inputFlags") & Self.fastPathInput != 0
            default:
                break
            }
        }
    }

    /// Writes the sets with their count, as a server or as a client, which says a little more of itself.
    func encode(into output: inout ByteWriter, asServer: Bool, isEncrypted: Bool = false) {
        output.u16le(asServer ? 7 : 6)
        output.u16le(0)
        if asServer { encodeShare(&output) }
        encodeGeneral(isEncrypted, &output)
        encodeBitmap(&output)
        encodeOrder(&output)
        encodePointer(&output)
        encodeInput(&output)
        encodeVirtualChannel(&output)
    }

    private func encodeShare(_ output: inout ByteWriter) {
        GCCBlock.write(Kind.share, &output) {
            $0.u16le(SharePDU.serverUser)
            $0.u16le(0)
        }
    }

    private func encodeGeneral(_ isEncrypted: Bool, _ output: inout ByteWriter) {
        GCCBlock.write(Kind.general, &output) {
            // OSMAJORTYPE_WINDOWS, OSMINORTYPE_WINDOWS_NT; protocol version; pad; no bulk compression.
            for value: UInt16 in [1, 3, 0x0200, 0, 0] { $0.u16le(value) }
            $0.u16le(Self.noCompressionHeader | (isEncrypted ? Self.saltedChecksum : 0))
            for value: UInt16 in [0, 0, 0] { $0.u16le(value) }
            // Refresh rect and suppress output are supported.
            $0.u8(1)
            $0.u8(1)
        }
    }

    private func encodeBitmap(_ output: inout ByteWriter) {
        GCCBlock.write(Kind.bitmap, &output) {
            for value: UInt16 in [colorDepth.rawValue, 1, 1, 1, width, height, 0] { $0.u16le(value) }
            // Desktop resize, bitmap compression.
            $0.u16le(1)
            $0.u16le(1)
            $0.u16le(0)
            // Several rectangles an update.
            $0.u16le(1)
            $0.u16le(0)
        }
    }

    /// No drawing order at all: everything is drawn as bitmaps.
    private func encodeOrder(_ output: inout ByteWriter) {
        GCCBlock.write(Kind.order, &output) {
            $0.zeros(16 + 4)
            for value: UInt16 in [1, 20, 0, 1, 0] { $0.u16le(value) }
            // NEGOTIATEORDERSUPPORT and ZEROBOUNDSDELTASSUPPORT, which 2.2.7.1.3 demands.
            $0.u16le(0x000A)
            $0.zeros(32 + 2 + 2 + 4)
            $0.u32le(480 * 480)
            $0.zeros(2 + 2 + 2 + 2)
        }
    }

    private func encodePointer(_ output: inout ByteWriter) {
        GCCBlock.write(Kind.pointer, &output) { for value: UInt16 in [1, 20, 20] { $0.u16le(value) } }
    }

    private func encodeInput(_ output: inout ByteWriter) {
        GCCBlock.write(Kind.input, &output) {
            // INPUT_FLAG_SCANCODES, INPUT_FLAG_UNICODE and fast path.
            $0.u16le(0x0001 | 0x0010 | Self.fastPathInput)
            $0.u16le(0)
            for value: UInt32 in [0x0409, 4, 0, 12] { $0.u32le(value) }
            $0.zeros(64)
        }
    }

    private func encodeVirtualChannel(_ output: inout ByteWriter) {
        GCCBlock.write(Kind.virtualChannel, &output) {
            $0.u32le(0)
            $0.u32le(UInt32(StaticChannel.chunkLength))
        }
    }
}
