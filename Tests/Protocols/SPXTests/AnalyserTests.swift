import Foundation
import SPX
import Testing
import Time
import Wire

private let tshark = "/usr/bin/tshark"

/// What Wireshark's analyser makes of our packets: it was written by others from the same documents.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: tshark), "needs tshark"))
struct AnalyserTests {

    @Test func aCapturedSessionIsWellFormedAndItsProbesAreNamed() throws {
        var pair = Pair()
        pair.run(for: .seconds(1))
        pair.send(.client, [UInt8](repeating: 0x41, count: 2000))
        pair.send(.server, [UInt8](repeating: 0x42, count: 700))
        pair.run(for: .seconds(60))
        pair.close(.client)
        pair.run(for: .seconds(20))
        let probes = pair.ends.reduce(0) { $0 + ($1.sent[.probe] ?? 0) }
        #expect(probes > 5)

        let packets = try analyse(pair, fields: ["_ws.malformed", "spx.src", "spx.dst", "spx.seq", "spx.ack", "spx.alloc", "_ws.col.Info"])
        #expect(packets.count == pair.log.count)
        for (packet, sent) in zip(packets, pair.log) {
            let header = sent.header
            #expect(packet[0].isEmpty)
            #expect(
                packet[1..<6].map { Int($0) } == [
                    Int(header.sourceID), Int(header.destinationID), Int(header.sequence), Int(header.acknowledge),
                    Int(header.allocation),
                ])
            if header.isProbe || header.isRequest { #expect(packet[6] == "SPX System Packet: Send Ack") }
        }
        #expect(packets.count { $0[6] == "SPX System Packet: Send Ack" && $0[2] != "65535" } == probes)
        #expect(packets.count { $0[6].contains("(End-of-Connection)") } == 1)
        #expect(packets.count { $0[6].contains("(End-of-Connection Acknowledgment)") } == 1)
        #expect(!packets.contains { $0[6].contains("Retransmission") })
    }

    /// Each packet's fields, read by tshark from a capture of them in UDP port 213 (RFC 1234).
    private func analyse(_ pair: Pair, fields: [String]) throws -> [[String]] {
        let file = FileManager.default.temporaryDirectory.appending(path: "spx-\(UUID().uuidString).pcap")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(capture(pair)).write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: tshark)
        process.arguments = ["-r", file.path, "-T", "fields"] + fields.flatMap { ["-e", $0] }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
    }

    /// The pair's packets as a capture file of link type RAW (libpcap's file format, version 2.4).
    private func capture(_ pair: Pair) -> [UInt8] {
        var file = ByteWriter()
        file.u32le(0xA1B2_C3D4)
        file.u16le(2)
        file.u16le(4)
        file.zeros(8)
        file.u32le(65_535)
        file.u32le(101)
        for (index, sent) in pair.log.enumerated() {
            let ipx = pair.packets[index]
            let length = 28 + ipx.count
            file.u32le(UInt32(sent.at.nanoseconds / 1_000_000_000))
            file.u32le(UInt32(sent.at.nanoseconds / 1000 % 1_000_000))
            file.u32le(UInt32(length))
            file.u32le(UInt32(length))
            let ends = Pair.addresses.map { UInt32(truncatingIfNeeded: $0.node) }
            file.u16be(0x4500)
            file.u16be(UInt16(length))
            file.zeros(4)
            file.u16be(0x4011)
            file.zeros(2)
            file.u32be(ends[sent.from.rawValue])
            file.u32be(ends[1 - sent.from.rawValue])
            file.u16be(213)
            file.u16be(213)
            file.u16be(UInt16(8 + ipx.count))
            file.zeros(2)
            file.append(ipx)
        }
        return file.bytes
    }
}
