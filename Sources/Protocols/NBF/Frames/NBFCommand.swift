import Wire

extension NBFFrame {
    /// The command byte (IBM LAN Technical Reference, NetBIOS frames summary).
    enum Command: UInt8 {
        case nameQuery = 0x0A
        case nameRecognized = 0x0E
        case dataAck = 0x14
        case dataFirstMiddle = 0x15
        case dataOnlyLast = 0x16
        case sessionConfirm = 0x17
        case sessionEnd = 0x18
        case sessionInitialize = 0x19
        case sessionAlive = 0x1F

        var isNameFrame: Bool { self == .nameQuery || self == .nameRecognized }

        var headerLength: Int { isNameFrame ? NBFFrame.nameHeaderLength : NBFFrame.sessionHeaderLength }
    }

    /// Writes the header.
    public func encode(into output: inout ByteWriter) {
        switch self {
        case .nameQuery(let session, let response, let called, let calling):
            Self.write(.nameQuery, data2: UInt16(session), response: response, into: &output)
            called.encode(into: &output)
            calling.encode(into: &output)
        case .nameRecognized(let session, let transmit, let response, let calling, let called):
            Self.write(.nameRecognized, data2: UInt16(session), transmit: transmit, response: response, into: &output)
            calling.encode(into: &output)
            called.encode(into: &output)
        case .sessionInitialize(let numbers, let largest, let transmit, let response):
            Self.write(
                .sessionInitialize, data1: Self.version, data2: largest, transmit: transmit, response: response, into: &output)
            numbers.encode(into: &output)
        case .sessionConfirm(let numbers, let largest, let transmit, let response):
            Self.write(
                .sessionConfirm, data1: Self.version, data2: largest, transmit: transmit, response: response, into: &output)
            numbers.encode(into: &output)
        case .dataFirstMiddle(let numbers, let response):
            Self.write(.dataFirstMiddle, response: response, into: &output)
            numbers.encode(into: &output)
        case .dataOnlyLast(let numbers, let response):
            Self.write(.dataOnlyLast, response: response, into: &output)
            numbers.encode(into: &output)
        case .dataAck(let numbers, let transmit):
            Self.write(.dataAck, transmit: transmit, into: &output)
            numbers.encode(into: &output)
        case .sessionEnd(let numbers, let abnormal):
            Self.write(.sessionEnd, data2: abnormal ? 1 : 0, into: &output)
            numbers.encode(into: &output)
        case .sessionAlive(let numbers):
            Self.write(.sessionAlive, into: &output)
            numbers.encode(into: &output)
        }
    }

    /// The high byte of `data2` in a name frame is the type of the caller's name: always 0, unique.
    private static func write(
        _ command: Command, data1: UInt8 = 0, data2: UInt16 = 0, transmit: UInt16 = 0, response: UInt16 = 0,
        into output: inout ByteWriter
    ) {
        output.u16le(UInt16(command.headerLength))
        output.u16le(delimiter)
        output.u8(command.rawValue)
        output.u8(data1)
        output.u16le(data2)
        output.u16le(transmit)
        output.u16le(response)
    }
}

extension SessionNumbers {
    func encode(into output: inout ByteWriter) {
        output.u8(destination)
        output.u8(source)
    }
}
