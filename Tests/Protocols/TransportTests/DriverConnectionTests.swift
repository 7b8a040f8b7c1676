import EventLoop
import LoopTestSupport
import Testing
import Transport

/// What SPX and NBF over UDP on the loopback have in common, by the face that all transports have.
@Suite(.serialized) struct DriverConnectionTests {
    @Test(arguments: [TransportKind.spx, .nbf]) func opensEchoesAndEnds(over kind: TransportKind) throws {
        let bench = try TransportBench(kind)
        let (connection, program) = try bench.connect()
        #expect(bench.loop.run { program.hasOpened })
        let bytes = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        // NBF gives the program no room beyond the link's window; SPX has a buffer as TCP has.
        #expect(connection.send(bytes) == (kind == .nbf ? .queued : .sent))
        #expect(bench.loop.run { program.received == bytes })
        #expect(program.drained == (kind == .nbf ? 1 : 0))
        connection.close(.orderly)
        #expect(program.end == nil)
        #expect(bench.loop.run { program.end != nil && bench.accepted[0].program.end != nil })
        #expect(program.end == .local)
        #expect(bench.accepted[0].program.end == .peerClosed)
        #expect(connection.send(bytes) == .closed)
    }

    @Test(arguments: [TransportKind.spx, .nbf]) func manyWorkstationsShareOneSocket(over kind: TransportKind) throws {
        let bench = try TransportBench(kind)
        let clients = try (1...500).map { try bench.connect(from: "127.7.\($0 / 250).\($0 % 250 + 1)") }
        #expect(bench.loop.run { clients.allSatisfy(\.program.hasOpened) })
        #expect(try Self.port(kind, bench).connections == 500)
        #expect(Set(bench.accepted.map { $0.connection.remoteAddress.host }).count == 500)
        #expect(Set(bench.accepted.map { $0.connection.remoteAddress.port }) == [try Self.port(kind, bench).number])
        for (index, client) in clients.enumerated() { client.connection.send(Array("workstation \(index)".utf8)) }
        #expect(
            bench.loop.run {
                clients.enumerated().allSatisfy { $1.program.received == Array("workstation \($0)".utf8) }
            })
        for client in clients { client.connection.close(.orderly) }
        #expect(bench.loop.run { bench.accepted.allSatisfy { $0.program.end == .peerClosed } })
        #expect(bench.loop.run { (try? Self.port(kind, bench).connections) == 0 })
    }

    @Test(arguments: [TransportKind.spx, .nbf]) func datagramsThatMakeNoSenseAreDropped(over kind: TransportKind) throws {
        let bench = try TransportBench(kind)
        let (connection, program) = try bench.connect()
        #expect(bench.loop.run { program.hasOpened })
        let unknownPeer = try DatagramSocket(on: bench.loop, address: .ipv4(0x7F00_0001, port: 0)) { _, _ in }
        var random = SystemRandomNumberGenerator()
        for length in 0..<300 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            unknownPeer.send(bytes.span.bytes, to: bench.listener.endpoint.address)
            let (header, rest) = Self.unknownPeersHeader(kind)
            let wellRead = header + (0..<rest).map { _ in UInt8.random(in: 0...255, using: &random) }
            unknownPeer.send(wellRead.span.bytes, to: bench.listener.endpoint.address)
        }
        bench.loop.run(for: .milliseconds(200))
        #expect(bench.accepted.count == 1)
        #expect(bench.accepted[0].program.end == nil)
        let text: [UInt8] = [1, 2]
        connection.send(text)
        #expect(bench.loop.run { program.received == text })
    }

    /// The beginning of what reads well but is of a connection that the sender has no part in, and how many bytes of any kind
    /// follow: an SPX header with the rest of its 42 bytes, or NBF's LLC frame of a station without a link.
    private static func unknownPeersHeader(_ kind: TransportKind) -> (bytes: [UInt8], rest: Int) {
        kind == .spx
            ? ([0xFF, 0xFF, 0, 42, 0, 5] + [UInt8](repeating: 0, count: 24) + [0xC0, 0], 10)
            : ([2, 0, 127, 0, 0, 1, 2, 0, 127, 0, 0, 1, 0, 18, 0xF0, 0xF0], 44)
    }

    /// The port that the bench's clients share.
    private static func port(_ kind: TransportKind, _ bench: TransportBench) throws -> (connections: Int, number: UInt16?) {
        guard kind == .spx else {
            let port = try Transport.sharedNBFPort(on: bench.loop)
            return (port.connectionCount, port.address.port)
        }
        let port = try Transport.sharedSPXPort(on: bench.loop)
        return (port.connectionCount, port.address.port)
    }
}
