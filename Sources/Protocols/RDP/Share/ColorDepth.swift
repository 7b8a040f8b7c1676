/// How many bits of a pixel go over the wire (MS-RDPBCGR 2.2.9.1.1.3.1.2.2, bitsPerPixel). Clients that ask for 32 take 24
/// as well: the other eight hold no colour.
public enum ColorDepth: UInt16, CaseIterable, Comparable, Sendable {
    /// Numbers of colours in a palette, which is sent apart.
    case eight = 8
    case fifteen = 15
    case sixteen = 16
    case twentyFour = 24

    var bytesPerPixel: Int {
        switch self {
        case .eight: 1
        case .fifteen, .sixteen: 2
        case .twentyFour: 3
        }
    }

    /// The deepest that is no deeper than `bits`; what is shallower than any gets the shallowest.
    init(atMost bits: UInt16) {
        self = Self.allCases.last { $0.rawValue <= bits } ?? .eight
    }

    public static func < (a: ColorDepth, b: ColorDepth) -> Bool { a.rawValue < b.rawValue }
}
