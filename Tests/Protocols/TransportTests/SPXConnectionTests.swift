import EventLoop
import Glibc
import Liveness
import LoopTestSupport
import SPX
import Testing
import Time
import Transport
import Wire

/// SPX over UDP on the loopback, by the face that all transports have.
@Suite(.serialized) struct SPXConnectionTests {
    private static func watchdog(timeout: Duration, count: Int) -> LivenessPolicy {
        LivenessPolicy(SPXWatchdog(timeout: timeout, count: count))
    }

    /// An idle connection is one object and its entries in the port's three tables, of at most 64 bytes together; it has no
    /// buffers, which the load of ten thousand shows in the resident set.
    @Test func anIdleConnectionIsSmall() throws {
        let bench = try TransportBench(.spx)
        let (connection, program) = try bench.connect()
        #expect(bench.loop.run { program.hasOpened })
        typealias Size = @convention(c) (UnsafeMutableRawPointer) -> Int
        let size = unsafeBitCast(try #require(dlsym(nil, "malloc_usable_size")), to: Size.self)
        let bytes = size(Unmanaged.passUnretained(connection as AnyObject).toOpaque())
        #expect(bytes > 100)
        #expect(bytes + 64 < 512)
    }

    @Test func powerOffAndRebootAreFoundAndAHangIsNot() throws {
        let bench = try TransportBench(.spx, liveness: Self.watchdog(timeout: .milliseconds(200), count: 3))
        let clients = try (0..<4).map { _ in try bench.connect() }
        #expect(bench.loop.run { clients.allSatisfy(\.program.hasOpened) && bench.accepted.count == 4 })
        clients[0].connection.vanish()
        clients[1].connection.pauseReading()
        clients[2].connection.setFrozen(true)
        let struck = bench.loop.now
        #expect(bench.loop.run { bench.accepted[0].program.end != nil && bench.accepted[2].program.end != nil })
        #expect(.milliseconds(550)...(.milliseconds(1500)) ~= bench.loop.now - struck)
        #expect(clients[0].program.end == .local)
        bench.loop.run(for: .seconds(1))
        #expect(bench.accepted.map(\.program.end) == [.timedOut, nil, .timedOut, nil])
        let told = bench.listener.livenessTraffic
        let traffic = try #require(told)
        // Eight probes to the dead, each of 70 bytes from the IP header on, and some to the living.
        #expect(traffic.probesSent.packets >= 6)
        #expect(traffic.probesSent.bytes == traffic.probesSent.packets * 70)
        #expect(traffic.answersReceived.packets > 0)
        // Three to each of the dead, and perhaps one to each of the others that it has not answered yet.
        #expect(6...8 ~= traffic.probesSent.packets - traffic.answersReceived.packets)
    }

    @Test func aFreezeThatThawsInTimeIsSurvived() throws {
        let bench = try TransportBench(.spx, liveness: Self.watchdog(timeout: .milliseconds(300), count: 5))
        let (connection, program) = try bench.connect()
        #expect(bench.loop.run { program.hasOpened })
        connection.setFrozen(true)
        let sent: [UInt8] = [1, 2, 3]
        connection.send(sent)
        bench.loop.run(for: .milliseconds(900))
        #expect(bench.accepted[0].program.received == [])
        connection.setFrozen(false)
        #expect(bench.loop.run { program.received == sent })
        bench.loop.run(for: .seconds(1))
        #expect(bench.accepted[0].program.end == nil)
    }

    @Test func aProgramThatDoesNotReadFillsTheBacklogOfTheOther() throws {
        let bench = try TransportBench(.spx)
        let (connection, program) = try bench.connect()
        #expect(bench.loop.run { program.hasOpened && !bench.accepted.isEmpty })
        connection.pauseReading()
        let server = bench.accepted[0].connection
        let block = [UInt8](repeating: 5, count: 16 * 1024)
        var outcomes: [SendOutcome] = []
        for _ in 0..<12 { outcomes.append(server.send(block)) }
        #expect(outcomes.first == .sent)
        #expect(outcomes.contains(.queued))
        #expect(outcomes.last == .refused)
        let taken = outcomes.count { $0 != .refused } * block.count
        bench.loop.run(for: .milliseconds(300))
        #expect(program.received.isEmpty)
        connection.resumeReading()
        #expect(bench.loop.run { program.received.count == taken })
        #expect(bench.accepted[0].program.drained == 1)
    }

    /// Requests that a forger sends are accepted and never heard of again; as many as NetBEUI takes, and not one more. Who is
    /// there already stays, and when the watchdog has found the forged ones dead, there is room again.
    @Test func forgedRequestsFillNoMoreThanTheirShare() throws {
        let bench = try TransportBench(.spx, liveness: Self.watchdog(timeout: .milliseconds(500), count: 3))
        let real = try (0..<3).map { _ in try bench.connect() }
        #expect(bench.loop.run { real.allSatisfy(\.program.hasOpened) })
        let sent: [UInt8] = [1, 2, 3]
        for (connection, _) in real { connection.send(sent) }
        #expect(bench.loop.run { real.allSatisfy { $0.program.received == sent } })
        let forger = try DatagramSocket(on: bench.loop, address: .ipv4(0x7F00_0001, port: 0)) { _, _ in }
        for id in 1...5_000 {
            var machine = SPXMachine(connectingAs: UInt16(id), settings: SPXSettings(.windowsNT4), at: bench.loop.now)
            var packet = ByteWriter()
            let source = IPXAddress(ipv4: 0x7F00_0001, socket: 0x4000)
            let destination = IPXAddress(ipv4: 0x7F00_0001, socket: SPXPort.serverSocket)
            _ = machine.nextPacket(from: source, to: destination, into: &packet, at: bench.loop.now)
            forger.send(packet.bytes.span.bytes, to: bench.listener.endpoint.address, from: 0x7F00_0001)
            // A socket's buffer does not hold many.
            if id.isMultiple(of: 50) { bench.loop.run(for: .milliseconds(1)) }
        }
        #expect(bench.accepted.count == 3 + 4_096)
        let (_, late) = try bench.connect()
        bench.loop.run(for: .milliseconds(100))
        #expect(!late.hasOpened)
        #expect(bench.loop.run { late.hasOpened })
        #expect(real.allSatisfy { $0.program.end == nil })
    }

    @Test func nobodyListensAndIPv6AreToldApart() throws {
        let loop = try EventLoop()
        #expect(throws: EventLoopError.self) {
            try Transport.connect(Endpoint(parsing: "spx://[::1]:213"), backlogLimit: 1, on: loop, handler: Recorder())
        }
        #expect(try Endpoint(parsing: "spx://127.0.0.1").address == .ipv4(0x7F00_0001, port: 213))
    }
}
