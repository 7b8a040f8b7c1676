import Wire

/// The header of a NetBIOS frame (IBM LAN Technical Reference, NetBIOS protocol, frame formats): length, delimiter EFFF,
/// command, two fields whose meaning the command fixes, two correlators, and either two names or two session numbers.
///
/// Numbers are little-endian. Name frames are 44 bytes and travel in UI frames; session frames are 14 bytes and travel in
/// the I-frames of a link, with the user's data behind the header of the two that have some.
public enum NBFFrame: Equatable, Sendable {
    /// Who owns the name, and would it take a call? `session` is the caller's session number; 0 only asks for the owner.
    case nameQuery(session: UInt8, response: UInt16, called: NetBIOSName, calling: NetBIOSName)
    /// The owner's answer. `session` is the owner's session number, 0 where nobody listens, FF where it has no room.
    case nameRecognized(session: UInt8, transmit: UInt16, response: UInt16, calling: NetBIOSName, called: NetBIOSName)
    /// The caller begins the session, and says how much data a frame may bring it.
    case sessionInitialize(numbers: SessionNumbers, largest: UInt16, transmit: UInt16, response: UInt16)
    case sessionConfirm(numbers: SessionNumbers, largest: UInt16, transmit: UInt16, response: UInt16)
    /// Data of a message that is not its end.
    case dataFirstMiddle(numbers: SessionNumbers, response: UInt16)
    /// Data that ends a message, which is to be acknowledged with `response`.
    case dataOnlyLast(numbers: SessionNumbers, response: UInt16)
    case dataAck(numbers: SessionNumbers, transmit: UInt16)
    case sessionEnd(numbers: SessionNumbers, abnormal: Bool)
    /// Says nothing but that the session is alive; the link below acknowledges it like any other.
    case sessionAlive(numbers: SessionNumbers)

    /// Of the flags in data1, all but the one for NetBIOS 2.0 or above are left unset.
    static let version: UInt8 = 0x01
    static let delimiter: UInt16 = 0xEFFF
    static let nameHeaderLength = 44
    static let sessionHeaderLength = 14

    /// Reads the header; the user's data, if any, is what the reader has left.
    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader) throws(WireError) {
        let length = Int(try reader.u16le())
        let delimiter = try reader.u16le()
        guard delimiter == Self.delimiter else { throw .invalid(field: "NBF delimiter", value: UInt64(delimiter)) }
        let code = try reader.u8()
        guard let command = Command(rawValue: code) else { throw .invalid(field: "NBF command", value: UInt64(code)) }
        guard length == command.headerLength else { throw .invalid(field: "NBF header length", value: UInt64(length)) }
        try reader.skip(1)
        let data2 = try reader.u16le()
        let transmit = try reader.u16le()
        let response = try reader.u16le()
        let session = UInt8(truncatingIfNeeded: data2)
        if command.isNameFrame {
            let destination = try NetBIOSName(from: &reader)
            let source = try NetBIOSName(from: &reader)
            self =
                command == .nameQuery
                ? .nameQuery(session: session, response: response, called: destination, calling: source)
                : .nameRecognized(
                    session: session, transmit: transmit, response: response, calling: destination, called: source)
            return
        }
        let destination = try reader.u8()
        let numbers = SessionNumbers(destination: destination, source: try reader.u8())
        self =
            switch command {
            case .nameQuery, .nameRecognized, .dataAck: .dataAck(numbers: numbers, transmit: transmit)
            case .sessionInitialize:
                .sessionInitialize(numbers: numbers, largest: data2, transmit: transmit, response: response)
            case .sessionConfirm: .sessionConfirm(numbers: numbers, largest: data2, transmit: transmit, response: response)
            case .dataFirstMiddle: .dataFirstMiddle(numbers: numbers, response: response)
            case .dataOnlyLast: .dataOnlyLast(numbers: numbers, response: response)
            case .sessionEnd: .sessionEnd(numbers: numbers, abnormal: data2 != 0)
            case .sessionAlive: .sessionAlive(numbers: numbers)
            }
    }
}

/// The numbers that each end gave a session; 0 and FF are none.
public struct SessionNumbers: Equatable, Sendable {
    /// The receiver's number of the session.
    public var destination: UInt8
    /// The sender's.
    public var source: UInt8

    /// The largest that names a session.
    public static let largest: UInt8 = 254

    public init(destination: UInt8, source: UInt8) {
        self.destination = destination
        self.source = source
    }
}
