import Wire

/// An IPX address: the network, the node on it and the socket on the node.
public struct IPXAddress: Hashable, Sendable {
    /// 0 is the network that the packet is on.
    public var network: UInt32
    /// 48 bits.
    public var node: UInt64
    public var socket: UInt16

    public init(network: UInt32 = 0, node: UInt64, socket: UInt16) {
        self.network = network
        self.node = node & 0xFFFF_FFFF_FFFF
        self.socket = socket
    }

    /// The address of a host whose IPX goes in UDP: two zero octets and its IPv4 address make the node (RFC 1234). The
    /// UDP port is no part of it.
    public init(ipv4: UInt32, socket: UInt16) {
        self.init(node: UInt64(ipv4), socket: socket)
    }

    @_lifetime(reader: copy reader)
    static func read(_ reader: inout ByteReader) throws(WireError) -> IPXAddress {
        let network = try reader.u32be()
        let high = try reader.u16be()
        let low = try reader.u32be()
        return IPXAddress(network: network, node: UInt64(high) << 32 | UInt64(low), socket: try reader.u16be())
    }

    func write(_ output: inout ByteWriter) {
        output.u32be(network)
        output.u16be(UInt16(truncatingIfNeeded: node >> 32))
        output.u32be(UInt32(truncatingIfNeeded: node))
        output.u16be(socket)
    }
}

/// The header of an IPX packet (Novell's IPX Router Specification, 107-000029-001, "IPX packet structure").
public struct IPXHeader: Equatable, Sendable {
    public static let size = 30
    /// The largest packet that every router passed on.
    public static let largestPacket = 576
    /// The checksum field of a packet that carries none, as all did whose frame already has one.
    public static let noChecksum: UInt16 = 0xFFFF

    /// Of the whole packet, this header included.
    public var length: UInt16
    /// Routers passed.
    public var transportControl: UInt8
    public var packetType: UInt8
    public var destination: IPXAddress
    public var source: IPXAddress

    public init(
        length: UInt16, transportControl: UInt8 = 0, packetType: UInt8, destination: IPXAddress, source: IPXAddress
    ) {
        self.length = length
        self.transportControl = transportControl
        self.packetType = packetType
        self.destination = destination
        self.source = source
    }

    /// Reads the header; what follows may be longer than ``length`` says, since frames were padded.
    @_lifetime(reader: copy reader)
    public static func read(_ reader: inout ByteReader) throws(WireError) -> IPXHeader {
        let available = reader.remaining
        let checksum = try reader.u16be()
        guard checksum == noChecksum else { throw .invalid(field: "IPX checksum", value: UInt64(checksum)) }
        let length = try reader.u16be()
        guard length >= size else { throw .invalid(field: "IPX length", value: UInt64(length)) }
        guard length <= available else { throw .truncated(needed: Int(length), available: available) }
        let control = try reader.u8()
        let type = try reader.u8()
        let destination = try IPXAddress.read(&reader)
        return IPXHeader(
            length: length, transportControl: control, packetType: type, destination: destination,
            source: try IPXAddress.read(&reader))
    }

    public func write(_ output: inout ByteWriter) {
        output.u16be(Self.noChecksum)
        output.u16be(length)
        output.u8(transportControl)
        output.u8(packetType)
        destination.write(&output)
        source.write(&output)
    }
}
