import Foundation
import Glibc
import NetlabTestSupport
import ProgramTestSupport
import Testing

/// Peers that are no clients: each is dropped by the deadline, is logged, and harms nobody.
@Suite struct BadInputTests {
    private func connect(_ server: RunningServer) throws -> PlainPeer { try PlainPeer(port: server.port) }

    @Test func unknownPeersAreDroppedByTheDeadlineAndHarmNobody() throws {
        let server = try RunningServer(["--handshake-deadline", "2s"])
        let client = try RunningProgram("tsclient", [server.target, "--user", "anna"])
        try eventually("active") { try server.sessions("Active") == 1 }

        var generator = SystemRandomNumberGenerator()
        let random = (0..<40).map { _ in (0..<Int.random(in: 1...3000)).map { _ in UInt8.random(in: 0...255, using: &generator) } }
        let request: [UInt8] = [3, 0, 0, 11, 6, 0xE0, 0, 0, 0, 0, 0]
        let crafted: [[UInt8]] = [
            [],  // a silent connect
            Array(request.prefix(7)),  // a truncated PDU
            [3, 0, 0xFF, 0xFF] + request,  // a huge length, never filled
            request + [3, 0, 0xFF, 0xFF, 2, 0xF0, 0x80, 0x7F, 0x65, 0x84, 0xFF, 0xFF, 0xFF, 0xFF],  // a huge BER length
            request + request,  // the same again
            Array("GET / HTTP/1.1\r\n\r\n".utf8), [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC],  // other protocols
        ]
        let peers = try (random + crafted).map { bytes in
            let peer = try connect(server)
            peer.send(bytes)
            return peer
        }
        let began = ContinuousClock.now
        for peer in peers { #expect(peer.isClosed(within: .seconds(5))) }
        #expect(ContinuousClock.now - began < .seconds(4))
        try eventually("one is left") { try server.get("/metrics").contains("tsserver_open_connections 1\n") }
        #expect(try server.sessions("Active") == 1)
        #expect(server.isRunning && server.log.contains("connection closed"))
        client.signal(SIGTERM)
        #expect(try client.wait() == 0)
    }

    @Test func aSlowDripIsDroppedByTheDeadline() throws {
        let server = try RunningServer(["--handshake-deadline", "2s"])
        let peer = try connect(server)
        let began = ContinuousClock.now
        // A header that promises 4,096 bytes, then one of them every 100 ms.
        peer.send([3, 0, 0x10, 0])
        while ContinuousClock.now - began < .seconds(6), !peer.isClosed(within: .milliseconds(100)) { peer.send([0]) }
        #expect(ContinuousClock.now - began < .seconds(4))
        #expect(server.log.contains("no desktop within 2s"))
    }

    private static let request: [UInt8] = [3, 0, 0, 11, 6, 0xE0, 0, 0, 0, 0, 0]

    /// For whoever has to find out why a client of his cannot get in.
    @Test(arguments: [
        (
            [3, 0, 0, 13, 8, 0xE0, 0, 0, 0, 0, 0, 0x43, 0x6F],
            "X.224 Connection Request: cookie ends early: 1 bytes needed, 0 left"
        ),
        ([3, 0, 0, 11, 6, 0xD0, 0, 0, 0, 0, 0], "X.224 Connection Request: X.224 code may not be 0xd0"),
        (
            request + [3, 0, 0, 8, 2, 0xF0, 0x80, 0x7F],
            "MCS Connect-Initial: BER application tag ends early: 2 bytes needed, 1 left"
        ),
        (request + [3, 0, 0, 9, 2, 0xF0, 0x80, 0x7F, 0x66], "MCS Connect-Initial: BER application tag may not be 0x7f66"),
    ])
    func theServersLogNamesThePeerThePDUAndTheField(bytes: [UInt8], line: String) throws {
        let server = try RunningServer()
        let peer = try connect(server)
        peer.send(bytes)
        #expect(peer.isClosed(within: .seconds(5)))
        try eventually("the line") { server.log.contains("127.0.0.1:\(peer.localPort): \(line); connection closed") }
    }

    @Test func theClientSaysWhichServerBrokeWhichPDU() throws {
        let port = UInt16.random(in: 20_000..<30_000)
        let listener = PlainSocket.listener(0x7F00_0001, port: port)
        let client = try RunningProgram("tsclient", ["127.0.0.1:\(port)", "--user", "anna"])
        var server = listener.accepted()
        try eventually("the client comes") {
            if server.descriptor < 0 { server = listener.accepted() }
            return server.descriptor >= 0
        }
        server.write([3, 0, 0, 11, 6, 0xE0, 0, 0, 0, 0, 0])
        #expect(try client.wait() != 0)
        let line = "127.0.0.1:\(port): X.224 Connection Confirm: X.224 code may not be 0xe0"
        #expect(client.output.contains(line), "\(client.output) \(client.errors)")
    }
}

/// A plain blocking TCP socket on loopback.
final class PlainPeer {
    private let descriptor: Int32

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Unexpected("cannot connect: \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    var localPort: UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return result == 0 ? UInt16(bigEndian: address.sin_port) : 0
    }

    func send(_ bytes: [UInt8]) { _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

    /// Whether the other side ends the connection in time; what it says before does not matter.
    func isClosed(within limit: Duration) -> Bool {
        let end = ContinuousClock.now + limit
        var buffer = [UInt8](repeating: 0, count: 4096)
        repeat {
            var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = max(.zero, end - ContinuousClock.now)
            guard Glibc.poll(&poll, 1, Int32(left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000)) > 0
            else { return false }
            if recv(descriptor, &buffer, buffer.count, 0) <= 0 { return true }
        } while ContinuousClock.now < end
        return false
    }
}
