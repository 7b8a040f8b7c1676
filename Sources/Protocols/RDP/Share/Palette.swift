import Wire

/// The colours that something is drawn in: at most 256, and a pixel is the number of one. What a pixel is on the wire in
/// each depth is worked out once.
public struct Palette: Sendable {
    public struct Color: Equatable, Sendable {
        public var red: UInt8
        public var green: UInt8
        public var blue: UInt8

        public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
            (self.red, self.green, self.blue) = (red, green, blue)
        }
    }

    /// How many there are on the wire, used or not (MS-RDPBCGR 2.2.9.1.1.3.1.1.1, numberColors).
    static let size = 256

    /// What is not given is black.
    public let colors: [Color]
    private let pixels: [[UInt32]]

    public init(_ colors: [Color]) {
        let all = Array((colors + Array(repeating: Color(0, 0, 0), count: Self.size)).prefix(Self.size))
        self.colors = all
        pixels = ColorDepth.allCases.map { depth in
            all.enumerated().map { depth == .eight ? UInt32($0) : Self.pixel($1, depth) }
        }
    }

    /// What each colour's pixels are, little-endian in as many bytes as the depth has.
    func pixels(_ depth: ColorDepth) -> [UInt32] {
        switch depth {
        case .eight: pixels[0]
        case .fifteen: pixels[1]
        case .sixteen: pixels[2]
        case .twentyFour: pixels[3]
        }
    }

    /// RGB 5-5-5, 5-6-5 or 8-8-8, red on top.
    private static func pixel(_ color: Color, _ depth: ColorDepth) -> UInt32 {
        let (red, green, blue) = (UInt32(color.red), UInt32(color.green), UInt32(color.blue))
        return switch depth {
        case .fifteen: (red >> 3) << 10 | (green >> 3) << 5 | blue >> 3
        case .sixteen: (red >> 3) << 11 | (green >> 2) << 5 | blue >> 3
        case .eight, .twentyFour: red << 16 | green << 8 | blue
        }
    }

    /// A palette update (TS_UPDATE_PALETTE_DATA, MS-RDPBCGR 2.2.9.1.1.3.1.1.1).
    func encodeUpdate(into output: inout ByteWriter) {
        output.u16le(Self.updateType)
        output.u16le(0)
        output.u32le(UInt32(Self.size))
        for color in colors {
            for part in [color.red, color.green, color.blue] { output.u8(part) }
        }
    }

    /// UPDATETYPE_PALETTE.
    private static let updateType: UInt16 = 2
}
