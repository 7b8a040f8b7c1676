import NBF
import SPX
import Wire

/// One operation of the older transports' codecs, done as often as asked: a watchdog's question, which is what idle
/// connections send, and a packet of data with both its headers.
enum DatagramCodec: String, CaseIterable {
    case spxProbeEncode = "spx-probe-encode"
    case spxProbeDecode = "spx-probe-decode"
    case spxDataEncode = "spx-data-encode"
    case nbfAliveEncode = "nbf-alive-encode"
    case nbfAliveDecode = "nbf-alive-decode"
    case nbfDataEncode = "nbf-data-encode"

    private static let probe = SPXPacket(
        SPXHeader(
            control: [.system, .acknowledgementRequired], sourceID: 7, destinationID: 9, sequence: 100, acknowledge: 200,
            allocation: 207),
        from: IPXAddress(ipv4: 0x7F12_0001, socket: 0x4000), to: IPXAddress(ipv4: 0x7F00_0001, socket: 0x4001))
    private static let frame = LLCFrame(
        to: MACAddress(bits: 0x0200_7F00_0001), from: MACAddress(bits: 0x0200_7F12_0001), isResponse: false,
        control: .information(send: 5, receive: 6, pollFinal: false))
    private static let alive = NBFFrame.sessionAlive(numbers: SessionNumbers(destination: 3, source: 4))
    private static let dataHeader = NBFFrame.dataOnlyLast(numbers: SessionNumbers(destination: 3, source: 4), response: 1)
    private static let data = [UInt8](repeating: 0x5A, count: 500)

    func run(_ count: Int) throws {
        switch self {
        case .spxProbeEncode: encodeSPX(count, Self.probe, data: [])
        case .spxProbeDecode:
            var output = ByteWriter()
            Self.probe.write(&output)
            for _ in 0..<count {
                var input = ByteReader(output.bytes.span.bytes)
                guard try SPXPacket.read(&input).spx.isProbe else { fatalError("the probe came to nothing") }
            }
        case .spxDataEncode:
            var packet = Self.probe
            packet.ipx.length = UInt16(SPXPacket.headerSize + Self.data.count)
            packet.spx.control = .acknowledgementRequired
            encodeSPX(count, packet, data: Self.data)
        case .nbfAliveEncode: encodeNBF(count, Self.alive, data: [])
        case .nbfAliveDecode:
            var batch = FrameBatch()
            batch.append(Self.frame) { Self.alive.encode(into: &$0) }
            var bytes: [UInt8] = []
            batch.forEach { bytes = [UInt8]($0) }
            for _ in 0..<count {
                let frame = try LLCFrame(decoding: bytes.span.bytes)
                var input = ByteReader(bytes.span.bytes.extracting(frame.information))
                guard try NBFFrame(from: &input) == Self.alive else { fatalError("the frame came to nothing") }
            }
        case .nbfDataEncode: encodeNBF(count, Self.dataHeader, data: Self.data)
        }
    }

    private func encodeSPX(_ count: Int, _ packet: SPXPacket, data: [UInt8]) {
        var output = ByteWriter()
        for _ in 0..<count {
            packet.write(&output)
            output.append(data)
            output.removeAll()
        }
    }

    private func encodeNBF(_ count: Int, _ header: NBFFrame, data: [UInt8]) {
        var batch = FrameBatch()
        for _ in 0..<count {
            batch.append(Self.frame) {
                header.encode(into: &$0)
                $0.append(data)
            }
            batch.removeAll()
        }
    }
}
