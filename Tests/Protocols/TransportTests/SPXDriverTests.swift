import EventLoop
import Liveness
import LoopTestSupport
import Testing
import Time
import Transport

/// What an SPX driver does and does not do for its connections.
@Suite(.serialized) struct SPXDriverTests {
    private static func bench(_ watchdog: SPXWatchdog? = nil) throws -> (TransportBench, TransportBench.Client) {
        let bench = try watchdog.map { try TransportBench(.spx, liveness: LivenessPolicy($0)) } ?? TransportBench(.spx)
        let client = try bench.connect()
        try #require(bench.loop.run { client.program.hasOpened && bench.accepted.count == 1 })
        return (bench, client)
    }

    /// A machine that stands still hears nothing, whoever's driver it is.
    @Test func aFrozenDriverHearsNothing() throws {
        let (bench, client) = try Self.bench()
        let server = try #require(bench.accepted[0].connection as? any DriverConnection)
        server.setFrozen(true)
        let text: [UInt8] = [1, 2, 3]
        client.connection.send(text)
        bench.loop.run(for: .milliseconds(300))
        #expect(bench.accepted[0].program.received.isEmpty)
        server.setFrozen(false)
        #expect(bench.loop.run { bench.accepted[0].program.received == text })
    }

    /// A connection that is quiet is looked at again in 6 s. What it sends then, and what is lost on the way, is repeated after
    /// half a second all the same.
    @Test func whatIsSentOnAQuietConnectionIsRepeatedInTime() throws {
        let (bench, client) = try Self.bench()
        bench.loop.run(for: .milliseconds(200))
        let server = try #require(bench.accepted[0].connection as? any DriverConnection)
        server.setFrozen(true)
        let sent = bench.loop.now
        client.connection.send([7])
        bench.loop.run(for: .milliseconds(100))
        server.setFrozen(false)
        #expect(bench.loop.run { !bench.accepted[0].program.received.isEmpty })
        #expect(.milliseconds(400)...(.milliseconds(2_500)) ~= bench.loop.now - sent)
    }

    /// A probe for a connection that is no more has gone over the wire, and is counted.
    @Test func aProbeForNobodyIsCounted() throws {
        let (bench, client) = try Self.bench(SPXWatchdog(timeout: .milliseconds(200), count: 3))
        client.connection.vanish()
        let port = try Transport.sharedSPXPort(on: bench.loop)
        let (before, dropped) = (port.traffic.probesReceived.packets, port.dropped)
        #expect(bench.loop.run { bench.accepted[0].program.end == .timedOut })
        #expect(port.traffic.probesReceived.packets == before + 3)
        #expect(port.dropped >= dropped + 3)
    }
}
