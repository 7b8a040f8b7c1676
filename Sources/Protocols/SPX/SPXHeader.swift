import Wire

/// The connection control bits of an SPX packet.
public struct SPXControl: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The last packet of a message.
    public static let endOfMessage = SPXControl(rawValue: 0x10)
    public static let attention = SPXControl(rawValue: 0x20)
    public static let acknowledgementRequired = SPXControl(rawValue: 0x40)
    /// Between the two drivers: no data, and no sequence number of its own.
    public static let system = SPXControl(rawValue: 0x80)
}

/// What the data of an SPX packet is. Below ``endOfConnection`` the programs decide.
public struct SPXDatastream: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let plain = SPXDatastream(rawValue: 0)
    public static let endOfConnection = SPXDatastream(rawValue: 0xFE)
    public static let endOfConnectionAcknowledgement = SPXDatastream(rawValue: 0xFF)
}

/// The SPX header, which follows the IPX header (Novell, NetWare Client SDK, "SPX header"; a descendant of Xerox's
/// Sequenced Packet Protocol).
public struct SPXHeader: Equatable, Sendable {
    public static let size = 12
    /// The IPX packet type of SPX.
    public static let packetType: UInt8 = 5
    /// The destination connection id of a request to connect, whose receiver has not given one yet.
    public static let unknownConnection: UInt16 = 0xFFFF

    public var control: SPXControl
    public var datastream: SPXDatastream
    /// The sender's id of the connection.
    public var sourceID: UInt16
    /// The receiver's id of the connection.
    public var destinationID: UInt16
    /// Counts the data packets of one direction; a system packet has the number that the next data packet will have.
    public var sequence: UInt16
    /// The sequence number expected next from the other side.
    public var acknowledge: UInt16
    /// The highest sequence number that the other side may send.
    public var allocation: UInt16

    public init(
        control: SPXControl, datastream: SPXDatastream = .plain, sourceID: UInt16, destinationID: UInt16,
        sequence: UInt16, acknowledge: UInt16, allocation: UInt16
    ) {
        self.control = control
        self.datastream = datastream
        self.sourceID = sourceID
        self.destinationID = destinationID
        self.sequence = sequence
        self.acknowledge = acknowledge
        self.allocation = allocation
    }

    /// A request to open a connection.
    public var isRequest: Bool {
        destinationID == Self.unknownConnection && control.contains([.system, .acknowledgementRequired])
    }

    /// The watchdog's question whether the other side still knows the connection.
    public var isProbe: Bool {
        destinationID != Self.unknownConnection && control.contains([.system, .acknowledgementRequired])
    }

    @_lifetime(reader: copy reader)
    public static func read(_ reader: inout ByteReader) throws(WireError) -> SPXHeader {
        let control = SPXControl(rawValue: try reader.u8())
        let datastream = SPXDatastream(rawValue: try reader.u8())
        let sourceID = try reader.u16be()
        let destinationID = try reader.u16be()
        let sequence = try reader.u16be()
        let acknowledge = try reader.u16be()
        return SPXHeader(
            control: control, datastream: datastream, sourceID: sourceID, destinationID: destinationID,
            sequence: sequence, acknowledge: acknowledge, allocation: try reader.u16be())
    }

    public func write(_ output: inout ByteWriter) {
        output.u8(control.rawValue)
        output.u8(datastream.rawValue)
        output.u16be(sourceID)
        output.u16be(destinationID)
        output.u16be(sequence)
        output.u16be(acknowledge)
        output.u16be(allocation)
    }
}
