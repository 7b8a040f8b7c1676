import Contracts
import NBF
import SPX
import Wire

/// What the UDP datagrams of a capture carry: IPX (RFC 1234), or 802.3 frames of NetBEUI, told apart by their first bytes.
struct DatagramAccount {
    /// What a datagram was found to be.
    struct Found {
        let kind: TrafficClass
        let flow: Int
        /// The client's number of the connection, where it is known.
        let connectionID: UInt16?
        /// Whether its sender says that the connection is over.
        let ends: Bool
        /// Whether it is the first of its connection.
        let isFirst: Bool
    }

    private struct SPXKey: Hashable {
        let server: UInt32
        let client: UInt32
        let clientPort: UInt16
        let connection: UInt16
    }

    private struct NBFKey: Hashable {
        let server: UInt32
        let station: MACAddress
    }

    private var spx: [SPXKey: SPXFlow] = [:]
    private var nbf: [NBFKey: NBFFlow] = [:]

    /// - Parameters:
    ///   - number: gives a new connection its number.
    ///   - classify: as ``TrafficAccount/Classifier``.
    /// - Returns: nil for a datagram that is neither.
    mutating func add(
        _ datagram: UDPDatagram, fromServer: Bool, number: () -> Int, _ classify: TrafficAccount.Classifier
    ) -> Found? {
        // What lies beyond the capture's snapshot is data, whose bytes do not matter.
        var bytes = [UInt8](datagram.payload)
        bytes += [UInt8](repeating: 0, count: datagram.payloadLength - bytes.count)
        // IPX without a checksum begins with FFFF, which is no station's address.
        if bytes.starts(with: [0xFF, 0xFF]) { return addSPX(bytes, datagram, fromServer, number, classify) }
        return addNBF(bytes, datagram, fromServer, number, classify)
    }

    private mutating func addSPX(
        _ bytes: [UInt8], _ datagram: UDPDatagram, _ fromServer: Bool, _ number: () -> Int,
        _ classify: TrafficAccount.Classifier
    ) -> Found? {
        var reader = ByteReader(bytes.span.bytes)
        guard let header = try? SPXPacket.read(&reader).spx else { return nil }
        let connection = fromServer ? header.destinationID : header.sourceID
        let key = SPXKey(
            server: fromServer ? datagram.source : datagram.destination,
            client: fromServer ? datagram.destination : datagram.source,
            clientPort: fromServer ? datagram.destinationPort : datagram.sourcePort, connection: connection)
        let isFirst = spx[key] == nil
        var flow = spx[key] ?? SPXFlow(number: number())
        let own = flow.number
        let kind = flow.classify(header, fromServer: fromServer) {
            classify(Self.captured(datagram, from: SPXPacket.headerSize), fromServer, own)
        }
        spx[key] = flow
        let ends = header.datastream == .endOfConnection || header.datastream == .endOfConnectionAcknowledgement
        return Found(kind: kind, flow: own, connectionID: connection, ends: ends, isFirst: isFirst)
    }

    private mutating func addNBF(
        _ bytes: [UInt8], _ datagram: UDPDatagram, _ fromServer: Bool, _ number: () -> Int,
        _ classify: TrafficAccount.Classifier
    ) -> Found? {
        guard let frame = try? LLCFrame(decoding: bytes.span.bytes) else { return nil }
        let key = NBFKey(
            server: fromServer ? datagram.source : datagram.destination, station: fromServer ? frame.destination : frame.source)
        let isFirst = nbf[key] == nil
        var flow = nbf[key] ?? NBFFlow(number: number())
        let own = flow.number
        let information = bytes.span.bytes.extracting(frame.information)
        let kind = flow.classify(frame, information, fromServer: fromServer) { offset in
            classify(Self.captured(datagram, from: frame.information.lowerBound + offset), fromServer, own)
        }
        nbf[key] = flow
        return Found(
            kind: kind, flow: own, connectionID: flow.connectionID, ends: Self.ends(frame, information), isFirst: isFirst)
    }

    private static func captured(_ datagram: UDPDatagram, from offset: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: datagram.payload.dropFirst(offset))
    }

    private static func ends(_ frame: LLCFrame, _ information: RawSpan) -> Bool {
        switch frame.control {
        case .unnumbered(let kind, _): return kind == .disc || kind == .dm || kind == .frmr
        case .supervisory: return false
        case .information:
            var reader = ByteReader(information)
            if case .sessionEnd? = try? NBFFrame(from: &reader) { return true }
            return false
        }
    }
}
