import Wire

/// An IEEE 802.3 frame with an LLC PDU between NetBIOS access points in it (802.3, 3.1; 802.2, 3.2).
///
/// The third field of the frame is the length of what follows it, never a type; what a short frame was padded with lies
/// beyond that length and is not looked at.
public struct LLCFrame: Equatable, Sendable {
    public var destination: MACAddress
    public var source: MACAddress
    /// The lowest bit of the source access point: a response, or a command.
    public var isResponse: Bool
    public var control: LLCControl
    /// Where in the frame's bytes the information field lies.
    public internal(set) var information: Range<Int> = 0..<0

    /// The access point of NetBIOS, of both ends (802.2, 3.3.1.2; assigned to IBM NetBIOS).
    public static let netBIOSAccessPoint: UInt8 = 0xF0
    /// The longest LLC PDU that an 802.3 frame carries, and the shortest frame without its check sequence (802.3, 4A.4.2).
    public static let longestPDU = 1500
    public static let shortestFrame = 60
    static let headerLength = 14

    public init(to destination: MACAddress, from source: MACAddress, isResponse: Bool, control: LLCControl) {
        self.destination = destination
        self.source = source
        self.isResponse = isResponse
        self.control = control
    }

    /// Takes a whole frame apart.
    public init(decoding bytes: RawSpan) throws(WireError) {
        var reader = ByteReader(bytes)
        destination = try MACAddress(from: &reader)
        source = try MACAddress(from: &reader)
        guard !source.isGroup else { throw .invalid(field: "802.3 source", value: source.bits) }
        let length = Int(try reader.u16be())
        guard length <= Self.longestPDU else { throw .invalid(field: "802.3 length", value: UInt64(length)) }
        var pdu = try reader.reader(length)
        let to = try pdu.u8()
        guard to == Self.netBIOSAccessPoint else { throw .invalid(field: "LLC DSAP", value: UInt64(to)) }
        let from = try pdu.u8()
        guard from & 0xFE == Self.netBIOSAccessPoint else { throw .invalid(field: "LLC SSAP", value: UInt64(from)) }
        isResponse = from & 1 == 1
        control = try LLCControl(from: &pdu)
        let start = Self.headerLength + length - pdu.remaining
        information = start..<(start + pdu.remaining)
    }

    /// Writes header and control field. The information field is to follow, then ``end(_:at:)`` with what this returns.
    func begin(_ output: inout ByteWriter) -> Int {
        let start = output.count
        destination.encode(into: &output)
        source.encode(into: &output)
        output.u16be(0)
        output.u8(Self.netBIOSAccessPoint)
        output.u8(Self.netBIOSAccessPoint | (isResponse ? 1 : 0))
        control.encode(into: &output)
        return start
    }

    /// Sets the length and pads the frame to the shortest the medium takes.
    static func end(_ output: inout ByteWriter, at start: Int) {
        output.patch(u16be: UInt16(output.count - start - headerLength), at: start + 12)
        output.zeros(max(0, shortestFrame - (output.count - start)))
    }
}
