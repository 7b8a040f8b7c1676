/// Counts, from a capture, what every packet between workstations and servers was for.
///
/// Each cell of the lab has a server address of its own, and so its own count. TCP over IPv4 only.
public final class TrafficAccount {
    /// Says what a segment's payload is for: the bytes captured of what is new in it (the rest of a segment may lie
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
        /// TCP's, as on the wire.
        public let sequence: UInt32
        public let kind: TrafficClass
        /// Bytes at the IP layer.
        public let bytes: Int
    }

    /// What each server address had, by address in host byte order; all that were asked for are there.
    public private(set) var cells: [UInt32: CellTraffic]
    /// Packets that are no affair of a server's TCP: ARP, IPv6, ICMP.
    public private(set) var others = 0
    /// TCP packets that could not be read. Anything above 0 means that the counts are too low.
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
    private var flowNumbers: [Key: Int] = [:]
    private var packets = 0

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
            let fromServer = cells[segment.source] != nil
            guard fromServer || cells[segment.destination] != nil else {
                others += 1
                return
            }
            count(segment, fromServer: fromServer, time: time)
        } catch {
            switch error {
            case .other: others += 1
            case .malformed: malformed += 1
            }
        }
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
        let flow = flowNumber(key, segment)
        let kind = flows[flow].classify(segment, fromServer: fromServer, classify)
        cells[key.server]![kind].packets += 1
        cells[key.server]![kind].bytes += segment.ipLength
        onPacket?(
            Packet(
                number: packets, time: time, server: key.server, flow: flow, fromServer: fromServer,
                client: key.client, clientPort: key.clientPort, serverPort: key.serverPort, sequence: segment.sequence,
                kind: kind, bytes: segment.ipLength))
    }

    /// The connection a segment belongs to: a first SYN with another sequence number begins a new one on old ports.
    private func flowNumber(_ key: Key, _ segment: TCPSegment) -> Int {
        let begins = segment.has(TCPSegment.syn) && !segment.has(TCPSegment.ack)
        if let known = flowNumbers[key], !begins || flows[known].initialSequence == segment.sequence { return known }
        var flow = FlowAccount(number: flows.count)
        if begins { flow.initialSequence = segment.sequence }
        flows.append(flow)
        flowNumbers[key] = flow.number
        cells[key.server]!.connections += 1
        return flow.number
    }
}
