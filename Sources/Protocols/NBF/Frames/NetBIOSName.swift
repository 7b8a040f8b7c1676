import Wire

/// A NetBIOS name: fifteen characters filled up with spaces, and a byte that says of what kind its owner is (IBM LAN
/// Technical Reference, NetBIOS names; the sixteenth byte is Microsoft's use of it).
public struct NetBIOSName: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// Upper case, as the period's clients made every name; characters beyond ASCII become question marks, and what is
    /// longer than fifteen is cut.
    public init(_ text: String, kind: UInt8 = 0x20) {
        var bytes = text.uppercased().unicodeScalars.prefix(15).map { $0.isASCII ? UInt8($0.value) : 0x3F }
        bytes += repeatElement(0x20, count: 15 - bytes.count)
        bytes.append(kind)
        high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The name that a terminal server listens on.
    public static let terminalServer = NetBIOSName("TERMSRV")

    /// The name of an emulated workstation, made from its IPv4 address.
    public init(workstation: UInt32) {
        let digits = String(workstation, radix: 16)
        self.init("WS" + String(repeating: "0", count: 8 - digits.count) + digits, kind: 0)
    }

    @_lifetime(reader: copy reader)
    init(from reader: inout ByteReader) throws(WireError) {
        var halves: (UInt64, UInt64) = (0, 0)
        halves.0 = UInt64(try reader.u32be()) << 32
        halves.0 |= UInt64(try reader.u32be())
        halves.1 = UInt64(try reader.u32be()) << 32
        halves.1 |= UInt64(try reader.u32be())
        (high, low) = halves
    }

    func encode(into output: inout ByteWriter) {
        for half in [high, low] {
            for shift in stride(from: UInt64(48), through: 0, by: -16) {
                output.u16be(UInt16(truncatingIfNeeded: half >> shift))
            }
        }
    }
}
