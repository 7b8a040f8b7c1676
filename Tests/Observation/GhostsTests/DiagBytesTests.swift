import Addresses
import Ghosts
import Testing

@Suite struct DiagBytesTests {
    private func decoded(_ bytes: [UInt8]) -> TCPSocket? { bytes.withUnsafeBytes { TCPSocket(diag: $0) } }

    /// 198.18.0.7:50000 to 198.19.1.1:22, with the timer of a keepalive and nothing else, by linux/inet_diag.h.
    private let message: [UInt8] =
        [2, 1, 2, 0, 0, 22, 0xC3, 0x50, 198, 19, 1, 1] + [UInt8](repeating: 0, count: 12) + [198, 18, 0, 7]
        + [UInt8](repeating: 0, count: 12) + [0, 0, 0, 0, 0x44, 0x33, 0x22, 0x11, 0x88, 0x77, 0x66, 0x55] + [0x10, 0x27, 0, 0, 1, 0, 0, 0]
        + [2, 0, 0, 0, 0xE8, 3, 0, 0, 0x39, 0x30, 0, 0]

    @Test func aMessageIsRead() throws {
        let socket = try #require(decoded(message))
        #expect(socket.local == .ipv4(198 << 24 | 19 << 16 | 1 << 8 | 1, port: 22))
        #expect(socket.peer == .ipv4(198 << 24 | 18 << 16 | 7, port: 50_000))
        #expect(socket.id.cookie == 0x5566_7788_1122_3344 && socket.timer == .keepalive && socket.timerExpires == 10_000)
        #expect((socket.receiveQueue, socket.sendQueue, socket.user, socket.inode) == (1, 2, 1000, 12_345))
        #expect(socket.info == nil)
    }

    @Test func anIPv4PeerOfAnIPv6SocketIsOne() {
        let id = DiagID(
            family: DiagID.ipv6, localPort: 1, peerPort: 2, local: (0, 0xFFFF_7F00_0001), peer: (0, 0xFFFF_C612_0007), interface: 0,
            cookie: 0)
        #expect(id.local == .ipv4(0x7F00_0001, port: 1) && id.peer == .ipv4(0xC612_0007, port: 2))
    }

    /// Cut off anywhere, with attributes of any length: no trap, and never more than was there.
    @Test func anyBytesAreTaken() {
        var generator = SystemRandomNumberGenerator()
        for length in 0..<200 {
            var bytes = message + (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            _ = decoded(bytes)
            bytes.removeLast(min(bytes.count, length / 2))
            #expect((decoded(bytes) == nil) == (bytes.count < TCPSocket.messageLength))
        }
        for length in 0..<300 { _ = [UInt8](repeating: 0xFF, count: length).withUnsafeBytes { TCPInfo($0) } }
    }
}
