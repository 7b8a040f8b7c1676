import Contracts

/// Counts, from a capture, what every packet between workstations and servers was for.
///
/// Each cell of the lab has a server address of its own, and so its own count. What is counted goes over IPv4: TCP, and UDP
/// that carries SPX or NetBEUI; and NetBEUI's frames where they go over the wire themselves.
public final class TrafficAccount {
    /// Says what a packet's payload is for: the bytes captured of what is new in it (the rest of a packet may lie
    /// beyond the capture's snapshot length), whether the server sent it, and the number of its connection, counted
    /// from 0 over the whole capture. Repetitions are not asked about again.
    public typealias Classifier = (_ payload: UnsafeRawBufferPointer, _ fromServer: Bool, _ flow: Int) -> PayloadClass

    /// One packet's place in the account.
    public struct Packet: Equatable, Sendable {
        /// Its number in the capture, from 1, as tshark's `frame.number`.
        public let number: Int
        /// Nanoseconds since 1970.
        public let time: Int64
        public let server: UInt32
        public let flow: Int
        public let fromServer: Bool
        /// The other end, in host byte order, and the two ports.
        public let client: UInt32
        public let clientPort: UInt16
        public let serverPort: UInt16
        /// The client's number of the connection, where the transport has one and it is known.
        public let connectionID: UInt16?
        /// TCP's, as on the wire; 0 for other transports.
        public let sequence: UInt32
        /// Whether its sender says that the connection is over: FIN, RST, SPX's end, DISC, DM, SESSION END.
        public let ends: Bool
        public let kind: TrafficClass
        /// Bytes at the IP layer; of a frame on the wire itself, all.
        public let bytes: Int
    }

    /// What each server address had, by address in host byte order; all that were asked for are there.
    public private(set) var cells: [UInt32: CellTraffic]
    /// Packets that are no affair of a server's: ARP, IPv6, ICMP.
    public private(set) var others = 0
    /// TCP and UDP packets that could not be read. Anything above 0 means that the counts are too low.
    public private(set) var malformed = 0
    /// Hears of every packet counted, in order.
    public var onPacket: ((Packet) -> Void)?

    private struct Key: Hashable {
        let server: UInt32
        let client: UInt32
        let serverPort: UInt16
        let clientPort: UInt16
    }

    private let classify: Classifier
    private var flows: [FlowAccount] = []
    /// Where in ``flows`` a connection's account is.
    private var flowNumbers: [Key: Int] = [:]
    private var datagrams = DatagramAccount()
    private var packets = 0
    private var connections = 0

    /// - Parameter servers: the servers' addresses in host byte order.
    public init(servers: some Sequence<UInt32>, classify: @escaping Classifier) {
        cells = Dictionary(servers.map { ($0, CellTraffic()) }, uniquingKeysWith: { first, _ in first })
        self.classify = classify
    }

    /// Adds a pcap or pcapng file's packets to the account.
    public func read(_ file: String) throws(MeasurementError) {
        let capture = try CaptureFile(file)
        let linkHeaderLength = capture.linkHeaderLength
        try capture.forEach { bytes, time, length in
            add(bytes, time: time, length: length, linkHeaderLength: linkHeaderLength)
        }
    }

    func add(
        _ frame: UnsafeRawBufferPointer, time: Int64, length: Int,
        linkHeaderLength: Int = TCPSegment.ethernetHeaderLength
    ) {
        packets += 1
        do throws(TCPSegment.Failure) {
            let segment = try TCPSegment(frame: frame, length: length, linkHeaderLength: linkHeaderLength)
            guard let fromServer = isFromServer(segment.source, segment.destination) else { return others += 1 }
            count(segment, fromServer: fromServer, time: time)
        } catch {
            switch error {
            case .other: addDatagram(frame, time: time, length: length, linkHeaderLength: linkHeaderLength)
            case .malformed: malformed += 1
            }
        }
    }

    private func addDatagram(_ frame: UnsafeRawBufferPointer, time: Int64, length: Int, linkHeaderLength: Int) {
        do throws(UDPDatagram.Failure) {
            count(try UDPDatagram(frame: frame, linkHeaderLength: linkHeaderLength), time: time)
        } catch {
            switch error {
            case .other where linkHeaderLength > 0: count(UDPDatagram(frame: frame, length: length), time: time)
            case .other: others += 1
            case .malformed: malformed += 1
            }
        }
    }

    /// Nil where neither end is a server.
    private func isFromServer(_ source: UInt32, _ destination: UInt32) -> Bool? {
        if cells[source] != nil { return true }
        return cells[destination] != nil ? false : nil
    }

    private func count(_ segment: TCPSegment, fromServer: Bool, time: Int64) {
        let key =
            fromServer
            ? Key(
                server: segment.source, client: segment.destination, serverPort: segment.sourcePort,
                clientPort: segment.destinationPort)
            : Key(
                server: segment.destination, client: segment.source, serverPort: segment.destinationPort,
                clientPort: segment.sourcePort)
        let flow = flowIndex(key, segment)
        let kind = flows[flow].classify(segment, fromServer: fromServer, classify)
        note(
            Packet(
                number: packets, time: time, server: key.server, flow: flows[flow].number, fromServer: fromServer,
                client: key.client, clientPort: key.clientPort, serverPort: key.serverPort, connectionID: nil,
                sequence: segment.sequence, ends: segment.has(TCPSegment.fin | TCPSegment.rst), kind: kind,
                bytes: segment.ipLength))
    }

    private func count(_ datagram: UDPDatagram?, time: Int64) {
        guard let datagram, let fromServer = isFromServer(datagram.source, datagram.destination) else { return others += 1 }
        let server = fromServer ? datagram.source : datagram.destination
        guard let found = datagrams.add(datagram, fromServer: fromServer, number: { nextConnection() }, classify) else {
            return malformed += 1
        }
        if found.isFirst { cells[server]?.connections += 1 }
        note(
            Packet(
                number: packets, time: time, server: server, flow: found.flow, fromServer: fromServer,
                client: fromServer ? datagram.destination : datagram.source,
                clientPort: fromServer ? datagram.destinationPort : datagram.sourcePort,
                serverPort: fromServer ? datagram.sourcePort : datagram.destinationPort, connectionID: found.connectionID,
                sequence: 0, ends: found.ends, kind: found.kind, bytes: datagram.ipLength))
    }

    private func note(_ packet: Packet) {
        cells[packet.server]?[packet.kind].packets += 1
        cells[packet.server]?[packet.kind].bytes += packet.bytes
        onPacket?(packet)
    }

    private func nextConnection() -> Int {
        defer { connections += 1 }
        return connections
    }

    /// The connection a segment belongs to: a first SYN with another sequence number begins a new one on old ports.
    private func flowIndex(_ key: Key, _ segment: TCPSegment) -> Int {
        let begins = segment.has(TCPSegment.syn) && !segment.has(TCPSegment.ack)
        if let known = flowNumbers[key], !begins || flows[known].initialSequence == segment.sequence { return known }
        var flow = FlowAccount(number: nextConnection())
        if begins { flow.initialSequence = segment.sequence }
        flows.append(flow)
        flowNumbers[key] = flows.count - 1
        cells[key.server]?.connections += 1
        return flows.count - 1
    }
}
