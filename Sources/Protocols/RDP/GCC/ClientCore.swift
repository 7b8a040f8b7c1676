import Wire

/// Client Core Data (TS_UD_CS_CORE, MS-RDPBCGR 2.2.1.3.2).
public struct ClientCore: Equatable, Sendable {
    public var version: UInt32 = 0x0008_0004
    /// Desktop size in pixels.
    public var width: UInt16 = 800
    public var height: UInt16 = 600
    public var build: UInt32 = 1381
    /// The workstation's name, at most 15 characters.
    public var name = ""
    /// Bits a pixel that the client would like (highColorDepth, or what older clients say in its stead).
    public var colorDepth: UInt16 = 16
    /// What else it can (supportedColorDepths); nil where it does not say.
    public var supportedDepths: SupportedDepths? = .sixteen
    public var earlyCapabilities: EarlyCapabilities = []

    /// earlyCapabilityFlags of 2.2.1.3.2.
    public struct EarlyCapabilities: OptionSet, Sendable {
        public let rawValue: UInt16
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// RNS_UD_CS_SUPPORT_ERRINFO_PDU
        public static let errorInfo = EarlyCapabilities(rawValue: 0x0001)
        /// RNS_UD_CS_SUPPORT_NETCHAR_AUTODETECT
        public static let networkAutoDetect = EarlyCapabilities(rawValue: 0x0080)
    }

    /// supportedColorDepths of 2.2.1.3.2.
    public struct SupportedDepths: OptionSet, Sendable {
        public let rawValue: UInt16
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        public static let twentyFour = SupportedDepths(rawValue: 0x1)
        public static let sixteen = SupportedDepths(rawValue: 0x2)
        public static let fifteen = SupportedDepths(rawValue: 0x4)
        public static let thirtyTwo = SupportedDepths(rawValue: 0x8)

        /// Every client can 8 bits; who can 32 can 24.
        func includes(_ depth: ColorDepth) -> Bool {
            switch depth {
            case .eight: true
            case .fifteen: contains(.fifteen)
            case .sixteen: contains(.sixteen)
            case .twentyFour: contains(.twentyFour) || contains(.thirtyTwo)
            }
        }
    }

    /// The deepest colours that the client both asks for and can. RNS_UD_CS_WANT_32BPP_SESSION goes with a
    /// highColorDepth of 24, so that it needs no look of its own.
    var bestColorDepth: ColorDepth {
        let wanted = ColorDepth(atMost: colorDepth)
        return ColorDepth.allCases.last { $0 <= wanted && supportedDepths?.includes($0) ?? true } ?? .eight
    }

    /// RNS_UD_COLOR_4BPP and what follows it: bits by code, in colorDepth and postBeta2ColorDepth.
    private static let codedDepths: [UInt16: UInt16] = [0xCA00: 4, 0xCA01: 8, 0xCA02: 15, 0xCA03: 16, 0xCA04: 24]

    private static let nameLength = 32

    init() {}

    @_lifetime(reader: copy reader)
    init(from reader: inout ByteReader) throws(WireError) {
        version = try reader.u32le("version")
        width = try reader.u16le("desktopWidth")
        height = try reader.u16le("desktopHeight")
        colorDepth = Self.codedDepths[try reader.u16le("colorDepth"), default: 8]
        supportedDepths = nil
        // SASSequence, keyboard layout.
        try reader.skip(2 + 4, "keyboardLayout")
        build = try reader.u32le("clientBuild")
        name = UTF16Text.decode(try reader.array(Self.nameLength, "clientName"))
        // Keyboard type, sub-type, function keys, IME file name: the last of what every client sends.
        try reader.skip(4 + 4 + 4 + 64, "keyboardType")
        // Each of what follows supersedes what came before it; clientProductId and serialNumber do not matter.
        guard reader.remaining >= 8 else { return }
        colorDepth = Self.codedDepths[try reader.u16le("postBeta2ColorDepth"), default: colorDepth]
        try reader.skip(6, "serialNumber")
        guard reader.remaining >= 2 else { return }
        colorDepth = try reader.u16le("highColorDepth")
        guard reader.remaining >= 4 else { return }
        supportedDepths = SupportedDepths(rawValue: try reader.u16le("supportedColorDepths"))
        earlyCapabilities = EarlyCapabilities(rawValue: try reader.u16le("earlyCapabilityFlags"))
    }

    func encode(into output: inout ByteWriter) {
        output.u32le(version)
        output.u16le(width)
        output.u16le(height)
        // RNS_UD_COLOR_8BPP, RNS_UD_SAS_DEL; US keyboard.
        output.u16le(0xCA01)
        output.u16le(0xAA03)
        output.u32le(0x0409)
        output.u32le(build)
        let letters = UTF16Text.encode(String(name.prefix(15)))
        output.append(Array(letters.prefix(Self.nameLength - 2)))
        output.zeros(Self.nameLength - min(letters.count, Self.nameLength - 2))
        // IBM enhanced keyboard, 12 function keys, no input method editor.
        output.u32le(4)
        output.u32le(0)
        output.u32le(12)
        output.zeros(64)
        output.u16le(0xCA01)
        output.u16le(1)
        output.u32le(0)
        output.u16le(colorDepth)
        output.u16le((supportedDepths ?? []).rawValue)
        output.u16le(earlyCapabilities.rawValue)
    }
}
