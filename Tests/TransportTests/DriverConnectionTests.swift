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
        #expect(bench.loop.run {
            clients.enumerated().allSatisfy { $1.program.received == Array("workstation \($0)".utf8) }
        })
        for client in clients { client.connection.close(.orderly) }
        #expect(bench.loop.run { bench.accepted.allSatisfy { $0.program.end == .peerClosed } })
        #expect(bench.loop.run { (try? Self.port(kind, bench).connections) == 0 })
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
