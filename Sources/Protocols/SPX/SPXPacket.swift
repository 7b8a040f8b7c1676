import Wire

/// The two headers of an SPX packet; its data stays in the buffer it came in.
public struct SPXPacket: Equatable, Sendable {
    public static let headerSize = IPXHeader.size + SPXHeader.size
    /// The most data in a packet that every router passed on.
    public static let largestData = IPXHeader.largestPacket - headerSize

    public var ipx: IPXHeader
    public var spx: SPXHeader

    public init(ipx: IPXHeader, spx: SPXHeader) {
        self.ipx = ipx
        self.spx = spx
    }

    /// A packet with `dataLength` bytes of data, which whoever writes it appends.
    public init(_ spx: SPXHeader, from source: IPXAddress, to destination: IPXAddress, dataLength: Int = 0) {
        precondition(0...(Int(UInt16.max) - Self.headerSize) ~= dataLength)
        self.init(
            ipx: IPXHeader(
                length: UInt16(Self.headerSize + dataLength), packetType: SPXHeader.packetType, destination: destination,
                source: source),
            spx: spx)
    }

    public var dataLength: Int { Int(ipx.length) - Self.headerSize }

    /// Reads both headers and leaves the reader at the data, ``dataLength`` bytes of it, and what padding follows.
    @_lifetime(reader: copy reader)
    public static func read(_ reader: inout ByteReader) throws(WireError) -> SPXPacket {
        let ipx = try IPXHeader.read(&reader)
        guard ipx.packetType == SPXHeader.packetType else {
            throw .invalid(field: "IPX packet type", value: UInt64(ipx.packetType))
        }
        guard ipx.length >= headerSize else { throw .invalid(field: "IPX length", value: UInt64(ipx.length)) }
        return SPXPacket(ipx: ipx, spx: try SPXHeader.read(&reader))
    }

    public func write(_ output: inout ByteWriter) {
        ipx.write(&output)
        spx.write(&output)
    }
}
