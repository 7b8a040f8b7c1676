import Wire

/// The control field of an LLC PDU (IEEE 802.2, 5.4): one octet for the unnumbered formats, two for the others, whose
/// sequence numbers count modulo 128.
public enum LLCControl: Equatable, Sendable {
    /// The formats without sequence numbers (5.4.1.1.3, 5.4.2.3), with the bits that tell them apart.
    public enum Unnumbered: UInt8, Sendable {
        /// Unnumbered information: a datagram.
        case ui = 0x03
        /// Disconnected mode: there is no link here.
        case dm = 0x0F
        /// Disconnect.
        case disc = 0x43
        /// Unnumbered acknowledgement.
        case ua = 0x63
        /// Set asynchronous balanced mode extended: make a link.
        case sabme = 0x6F
        /// Frame reject: something arrived that repeating it would not mend.
        case frmr = 0x87
    }

    /// The supervisory formats (5.4.2.2).
    public enum Supervisory: UInt8, Sendable {
        case receiveReady = 0x01
        case receiveNotReady = 0x05
        case reject = 0x09
    }

    case unnumbered(Unnumbered, pollFinal: Bool)
    case supervisory(Supervisory, receive: UInt8, pollFinal: Bool)
    case information(send: UInt8, receive: UInt8, pollFinal: Bool)

    private static let unnumberedPollFinal: UInt8 = 0x10

    /// The bit that is a poll in a command and a final in a response.
    public var pollFinal: Bool {
        switch self {
        case .unnumbered(_, let bit), .supervisory(_, _, let bit), .information(_, _, let bit): bit
        }
    }

    @_lifetime(reader: copy reader)
    init(from reader: inout ByteReader) throws(WireError) {
        let first = try reader.u8()
        switch first & 3 {
        case 3:
            guard let kind = Unnumbered(rawValue: first & ~Self.unnumberedPollFinal) else {
                throw .invalid(field: "LLC unnumbered control", value: UInt64(first))
            }
            self = .unnumbered(kind, pollFinal: first & Self.unnumberedPollFinal != 0)
        case 1:
            guard let kind = Supervisory(rawValue: first) else {
                throw .invalid(field: "LLC supervisory control", value: UInt64(first))
            }
            let second = try reader.u8()
            self = .supervisory(kind, receive: second >> 1, pollFinal: second & 1 == 1)
        default:
            let second = try reader.u8()
            self = .information(send: first >> 1, receive: second >> 1, pollFinal: second & 1 == 1)
        }
    }

    func encode(into output: inout ByteWriter) {
        switch self {
        case .unnumbered(let kind, let pollFinal):
            output.u8(kind.rawValue | (pollFinal ? Self.unnumberedPollFinal : 0))
        case .supervisory(let kind, let receive, let pollFinal):
            output.u8(kind.rawValue)
            output.u8(receive << 1 | (pollFinal ? 1 : 0))
        case .information(let send, let receive, let pollFinal):
            output.u8(send << 1)
            output.u8(receive << 1 | (pollFinal ? 1 : 0))
        }
    }
}
