import PacketTestSupport
import Random
import SPX
import Testing
import Wire

@Suite struct HeaderBytesTests {
    static let client = IPXAddress(ipv4: 0xC612_0001, socket: 0x4D3D)
    static let server = IPXAddress(network: 0x0102_0304, node: 0x0080_C7AA_BBCC, socket: 0x8D3D)

    /// Each kind of packet with its bytes, laid out as the IPX and SPX headers are drawn in Novell's documentation.
    static let table: [(String, SPXPacket, [UInt8], String)] = [
        (
            "request to connect",
            SPXPacket(
                SPXHeader(
                    control: [.system, .acknowledgementRequired], sourceID: 0x1234, destinationID: 0xFFFF, sequence: 0,
                    acknowledge: 0, allocation: 3),
                from: client, to: server), [],
            """
            FFFF 002A 00 05  01020304 0080C7AABBCC 8D3D  00000000 0000C6120001 4D3D
            C0 00 1234 FFFF 0000 0000 0003
            """
        ),
        (
            "data, end of message, acknowledgement required",
            SPXPacket(
                SPXHeader(
                    control: [.acknowledgementRequired, .endOfMessage], sourceID: 0x0102, destinationID: 0x0304,
                    sequence: 0xFFFE, acknowledge: 7, allocation: 10),
                from: server, to: client, dataLength: 3), [0xAA, 0xBB, 0xCC],
            """
            FFFF 002D 00 05  00000000 0000C6120001 4D3D  01020304 0080C7AABBCC 8D3D
            50 00 0102 0304 FFFE 0007 000A  AABBCC
            """
        ),
        (
            "end of connection",
            SPXPacket(
                SPXHeader(
                    control: .acknowledgementRequired, datastream: .endOfConnection, sourceID: 1, destinationID: 2,
                    sequence: 3, acknowledge: 4, allocation: 5),
                from: client, to: server), [],
            """
            FFFF 002A 00 05  01020304 0080C7AABBCC 8D3D  00000000 0000C6120001 4D3D
            40 FE 0001 0002 0003 0004 0005
            """
        ),
    ]

    @Test(arguments: table.indices)
    func packetsHaveTheirBytes(index: Int) throws {
        let (_, packet, data, text) = Self.table[index]
        var output = ByteWriter()
        packet.write(&output)
        output.append(data)
        #expect(output.bytes == hex(text))
        let read = try ReadPacket(hex(text))
        #expect(read.packet == packet)
        #expect(read.data == data)
    }

    @Test func paddingAfterTheLengthIsNotData() throws {
        let (_, packet, data, text) = Self.table[1]
        let read = try ReadPacket(hex(text) + [0, 0, 0])
        #expect(read.packet == packet)
        #expect(read.data == data)
    }

    @Test(arguments: table.indices)
    func everyCutIsRefused(index: Int) {
        let bytes = hex(Self.table[index].3)
        for length in 0..<bytes.count { #expect(refusal(Array(bytes[..<length])) != nil) }
    }

    @Test func whatIsNoSPXIsRefused() {
        let good = hex(Self.table[0].3)
        func changed(_ offset: Int, _ value: UInt8) -> [UInt8] {
            var bytes = good
            bytes[offset] = value
            return bytes
        }
        #expect(refusal(good) == nil)
        #expect(refusal(changed(0, 0)) == .invalid(field: "IPX checksum", value: 0x00FF))
        #expect(refusal(changed(5, 17)) == .invalid(field: "IPX packet type", value: 17))
        #expect(refusal(changed(3, 29)) == .invalid(field: "IPX length", value: 29))
        #expect(refusal(changed(3, 41)) == .invalid(field: "IPX length", value: 41))
        #expect(refusal(changed(3, 43)) == .truncated(needed: 43, available: 42))
    }

    @Test func anyBytesAreReadOrRefused() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            var bytes = (0..<Int.random(in: 0...64, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            if bytes.count > 6, Bool.random(using: &generator) { bytes.replaceSubrange(0..<6, with: [0xFF, 0xFF, 0, 42, 0, 5]) }
            _ = refusal(bytes)
        }
    }

    @Test func requestsAndProbesAreToldApart() {
        var header = Self.table[0].1.spx
        #expect(header.isRequest && !header.isProbe)
        header.destinationID = 9
        #expect(header.isProbe && !header.isRequest)
        header.control = .system
        #expect(!header.isProbe)
    }
}
