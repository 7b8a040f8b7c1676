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
    /// Bits a pixel that the client would like (highColorDepth).
    public var colorDepth: UInt16 = 16
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

    private static let nameLength = 32

    init() {}

    @_lifetime(reader: copy reader)
    init(from reader: inout ByteReader) throws(WireError) {
        version = try reader.u32le("version")
        width = try reader.u16le("desktopWidth")
        height = try reader.u16le("desktopHeight")
        // colorDepth and SASSequence, superseded; keyboard layout.
        try reader.skip(2 + 2 + 4, "keyboardLayout")
        build = try reader.u32le("clientBuild")
        name = UTF16Text.decode(try reader.array(Self.nameLength, "clientName"))
        // Keyboard type, sub-type, function keys, IME file name: the last of what every client sends.
        try reader.skip(4 + 4 + 4 + 64, "keyboardType")
        // postBeta2ColorDepth, clientProductId, serialNumber.
        guard reader.remaining >= 8 else { return }
        try reader.skip(8, "serialNumber")
        guard reader.remaining >= 2 else { return }
        colorDepth = try reader.u16le("highColorDepth")
        guard reader.remaining >= 4 else { return }
        try reader.skip(2, "supportedColorDepths")
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
        // supportedColorDepths: RNS_UD_16BPP_SUPPORT.
        output.u16le(2)
        output.u16le(earlyCapabilities.rawValue)
    }
}
