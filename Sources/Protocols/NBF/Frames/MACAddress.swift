import Wire

/// A station on the LAN: the 48 bits of IEEE 802, most significant first.
public struct MACAddress: Hashable, Sendable {
    /// The address in the low 48 bits.
    public let bits: UInt64

    public init(bits: UInt64) { self.bits = bits & 0xFFFF_FFFF_FFFF }

    /// The address of an emulated workstation: locally administered, and readable in a capture, for it ends in the four
    /// bytes of the workstation's IPv4 address. `adapter` tells apart stations that share one, as several adapters in one
    /// machine do.
    public init(workstation: UInt32, adapter: UInt8 = 0) {
        self.init(bits: 0x02 << 40 | UInt64(adapter) << 32 | UInt64(workstation))
    }

    /// The IPv4 address that ``init(workstation:adapter:)`` was given; nil for an address of another kind.
    public var workstation: UInt32? { bits >> 40 == 0x02 ? UInt32(truncatingIfNeeded: bits) : nil }

    /// Where frames go that ask for a name: the NetBIOS functional address in the form it has on Ethernet (IBM LAN
    /// Technical Reference, NetBIOS; NBF on 802.3 uses this multicast address).
    public static let netBIOS = MACAddress(bits: 0x0300_0000_0001)

    /// Whether it names more than one station (the first bit on the wire).
    public var isGroup: Bool { bits >> 40 & 1 == 1 }

    @_lifetime(reader: copy reader)
    init(from reader: inout ByteReader) throws(WireError) {
        let high = UInt64(try reader.u16be())
        self.init(bits: high << 32 | UInt64(try reader.u32be()))
    }

    func encode(into output: inout ByteWriter) {
        output.u16be(UInt16(truncatingIfNeeded: bits >> 32))
        output.u16be(UInt16(truncatingIfNeeded: bits >> 16))
        output.u16be(UInt16(truncatingIfNeeded: bits))
    }
}

extension MACAddress: CustomStringConvertible {
    public var description: String {
        stride(from: 40, through: 0, by: -8).map { shift in
            let byte = UInt8(truncatingIfNeeded: bits >> UInt64(shift))
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined(separator: ":")
    }
}
