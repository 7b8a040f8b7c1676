import Glibc
import TemporaryTestSupport
import Testing

@testable import Measurement

@Suite struct BadInput {
    @Test(arguments: [14, 0]) func anyBytesAreCountedAndNoneTrap(linkHeader: Int) {
        let server: UInt32 = 198 << 24 | 19 << 16 | 1 << 8 | 1
        let account = TrafficAccount(servers: [server]) { _, _, _ in .sessionData }
        var generator = SystemRandomNumberGenerator()
        let rounds = 20_000
        for _ in 0..<rounds {
            var frame = (0..<Int.random(in: 0...90)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            // Most far enough in to be taken for the server's TCP.
            if frame.count >= 34 {
                frame.replaceSubrange(12..<15, with: [8, 0, 0x40 | frame[14] & 15])
                frame.replaceSubrange(20..<24, with: [0, 0, 64, 6])
                frame.replaceSubrange(26..<30, with: [198, 19, 1, 1])
                if Bool.random() { frame[16] = 0 }
            }
            frame.dropFirst(14 - linkHeader).withUnsafeBytes {
                account.add($0, time: 0, length: Int.random(in: 0...2_000), linkHeaderLength: linkHeader)
            }
        }
        let counted = account.cells[server]!.total.packets
        #expect(counted + account.others + account.malformed == rounds)
        #expect(counted > 0 && account.others > 0 && account.malformed > 0)
    }

    @Test func filesThatAreNoneSaySo() throws {
        let account = TrafficAccount(servers: []) { _, _, _ in .sessionData }
        #expect(throws: MeasurementError.self) { try account.read("/nowhere.pcapng") }
        #expect(throws: MeasurementError.self) { try account.read("/proc/self/status") }
        // A pcap header alone, of link type 105, LINKTYPE_IEEE802_11.
        let name = Temporary.path(".pcap")
        defer { unlink(name) }
        let header: [UInt32] = [0xA1B2_C3D4, 2 | 4 << 16, 0, 0, 65_535, 105]
        let descriptor = open(name, O_WRONLY | O_CREAT, 0o600)
        _ = header.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
        #expect(throws: MeasurementError.notEthernet(file: name, linkType: 105)) { try account.read(name) }
    }
}
