import Contracts
import Random
import Glibc
import NetlabTestSupport
import TemporaryTestSupport
import Testing

@testable import Measurement
@testable import Netlab

/// The account's sequence analysis against tshark on segments that no kernel would send, in seeded disorder: around the
/// wrap of the sequence numbers, with windows that open and close, probes of one byte and ports used again.
@Suite struct RandomSegments {
    private static let server: UInt32 = 198 << 24 | 19 << 16 | 1 << 8 | 1
    private static let client: UInt32 = 198 << 24 | 18 << 16 | 1

    @Test(arguments: Array(1...6) as [UInt64])
    func judgedAsTsharkDoes(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var file = CaptureBytes()
        for flow in 0..<60 as Range<UInt16> { Self.connection(port: 40_000 + flow % 50, &file, &random) }
        let name = Temporary.path(".pcap")
        defer { unlink(name) }
        let descriptor = open(name, O_WRONLY | O_CREAT, 0o600)
        #expect(write(descriptor, file.bytes, file.bytes.count) == file.bytes.count)
        close(descriptor)

        var numbers: [TrafficClass: [Int]] = [:]
        let account = TrafficAccount(servers: [Self.server]) { _, _, _ in .sessionData }
        account.onPacket = { numbers[$0.kind, default: []].append($0.number) }
        try account.read(name)
        #expect(account.malformed == 0 && account.others == 0)
        let streams = try Set(Self.tshark(name, "tcp", "tcp.stream"))
        #expect(account.cells[Self.server]?.connections == streams.count)
        let flags: [(TrafficClass, String)] = [
            (.keepAliveProbe, "keep_alive"), (.keepAliveAck, "keep_alive_ack && !tcp.analysis.keep_alive"),
            (.zeroWindowProbe, "zero_window_probe"), (.zeroWindowProbeAck, "zero_window_probe_ack"),
        ]
        for (kind, flag) in flags {
            let expected = try Self.tshark(name, "tcp.analysis.\(flag)", "frame.number")
            #expect(expected.count > 10, "\(flag)")
            let difference = Set(expected).symmetricDifference(numbers[kind, default: []])
            #expect(difference.isEmpty, "\(flag)")
        }
    }

    private static func tshark(_ file: String, _ filter: String, _ field: String) throws -> [Int] {
        try Command.run("tshark", ["-n", "-r", file, "-Y", filter, "-T", "fields", "-e", field])
            .split(separator: "\n").compactMap { Int($0) }
    }

    private struct Side {
        var next: UInt32
        var acknowledgment: UInt32
        var window: UInt16 = 100
    }

    private static func connection(port: UInt16, _ file: inout CaptureBytes, _ random: inout SeededGenerator) {
        // Some begin so near the end of the number space that they wrap.
        let base = UInt32.max &- UInt32.random(in: 0...400, using: &random)
        var sides = [Side(next: base, acknowledgment: 0), Side(next: base &+ 77, acknowledgment: base &+ 1)]
        func send(_ side: Int, _ sequence: UInt32, _ flags: UInt8, _ length: Int) {
            file.append(
                from: side == 0 ? client : server, side == 0 ? port : 3389, to: side == 0 ? server : client,
                side == 0 ? 3389 : port, sequence, sides[side].acknowledgment, flags, sides[side].window, length)
        }
        send(0, sides[0].next, TCPSegment.syn, 0)
        sides[0].next &+= 1
        send(1, sides[1].next, TCPSegment.syn | TCPSegment.ack, 0)
        sides[1].next &+= 1
        sides[0].acknowledgment = sides[1].next
        send(0, sides[0].next, TCPSegment.ack, 0)
        for _ in 0..<80 {
            let side = Int.random(in: 0...1, using: &random)
            if Int.random(in: 0..<6, using: &random) == 0 {
                sides[side].window = [0, 0, 100, 200].randomElement(using: &random)!
            }
            if Int.random(in: 0..<3, using: &random) == 0 { sides[side].acknowledgment = sides[1 - side].next }
            let length = [0, 0, 0, 1, 1, 10].randomElement(using: &random)!
            let offset = [0, 0, 0, -1, -1, -10, 5].randomElement(using: &random)! as Int32
            let sequence = sides[side].next &+ UInt32(bitPattern: offset)
            let flags = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, TCPSegment.fin, TCPSegment.rst].randomElement(using: &random)!
            // Wireshark takes an expected number of exactly 0 for one it does not know: not to be imitated.
            if (sequence &+ UInt32(length) &+ 1) < 2 { continue }
            send(side, sequence, flags | TCPSegment.ack, length)
            let end = sequence &+ UInt32(length)
            if end.isAfter(sides[side].next) { sides[side].next = end }
        }
    }
}

/// A pcap file of Ethernet frames (the format's specification is draft-ietf-opsawg-pcap).
private struct CaptureBytes {
    var bytes: [UInt8] = []
    private var packets: UInt32 = 0

    init() {
        for word in [0xA1B2_C3D4, 2 | 4 << 16, 0, 0, 65_535, 1] as [UInt32] { little(word) }
    }

    private mutating func little(_ word: UInt32) { withUnsafeBytes(of: word.littleEndian) { bytes += $0 } }
    private mutating func big<Word: FixedWidthInteger>(_ word: Word) { withUnsafeBytes(of: word.bigEndian) { bytes += $0 } }

    mutating func append(
        from source: UInt32, _ sourcePort: UInt16, to destination: UInt32, _ destinationPort: UInt16, _ sequence: UInt32,
        _ acknowledgment: UInt32, _ flags: UInt8, _ window: UInt16, _ length: Int
    ) {
        packets += 1
        for word in [packets, 0, UInt32(54 + length), UInt32(54 + length)] { little(word) }
        bytes += [UInt8](repeating: 2, count: 12)
        big(0x0800 as UInt16)
        bytes += [0x45, 0]
        big(UInt16(40 + length))
        bytes += [0, 0, 0, 0, 64, 6, 0, 0]
        big(source)
        big(destination)
        big(sourcePort)
        big(destinationPort)
        big(sequence)
        big(acknowledgment)
        bytes += [0x50, flags]
        big(window)
        bytes += [0, 0, 0, 0]
        bytes += [UInt8](repeating: 0x58, count: length)
    }
}
