import Describing
import EventLoop
import Liveness
import LoopTestSupport
import Testing
import Time
import Transport

/// NBF over UDP on the loopback, by the face that all transports have.
@Suite(.serialized) struct NBFConnectionTests {
    private static let quick = LivenessPolicy(
        NBFWatchdog(inactivity: .milliseconds(200), answer: .milliseconds(100), retries: 4))

    @Test func oneWorkstationMayHaveSeveralStations() throws {
        let bench = try TransportBench(.nbf)
        let clients = try (0..<20).map { _ in try bench.connect() }
        #expect(bench.loop.run { clients.allSatisfy(\.program.hasOpened) && bench.accepted.count == 20 })
    }

    @Test func everyFaultIsFoundButAHang() throws {
        let bench = try TransportBench(.nbf, liveness: Self.quick)
        let clients = try (1...5).map { try bench.connect(from: "127.9.0.\($0)") }
        #expect(bench.loop.run { clients.allSatisfy(\.program.hasOpened) && bench.accepted.count == 5 })
        let servers = clients.map { bench.server(of: $0.connection) }
        clients[0].connection.vanish()
        clients[1].connection.pauseReading()
        clients[2].connection.setFrozen(true)
        // A reboot: the station is back, and knows nothing.
        clients[3].connection.vanish()
        clients[3].connection.powerOn()
        let struck = bench.loop.now
        #expect(bench.loop.run { servers[0]?.end != nil && servers[2]?.end != nil })
        #expect(.milliseconds(350)...(.milliseconds(1600)) ~= bench.loop.now - struck)
        #expect(clients[0].program.end == .local)
        bench.loop.run(for: .seconds(1))
        #expect(servers.map { $0?.end } == [.timedOut, nil, .timedOut, .reset, nil])
        let told = bench.listener.livenessTraffic
        let traffic = try #require(told)
        #expect(traffic.probesSent.packets > 10)
        #expect(traffic.probesSent.bytes == traffic.probesSent.packets * 88)
        #expect(traffic.answersReceived.packets > 0)
        // The one that thaws is told that its link is gone.
        clients[2].connection.setFrozen(false)
        let text: [UInt8] = [1]
        clients[2].connection.send(text)
        #expect(bench.loop.run { clients[2].program.end == .reset })
    }

    @Test func aStationWithoutPowerIsHeardAgainWhenItCalls() throws {
        let bench = try TransportBench(.nbf)
        let (first, program) = try bench.connect(from: "127.9.1.1")
        #expect(bench.loop.run { program.hasOpened })
        let text: [UInt8] = [1, 2]
        first.send(text)
        #expect(bench.loop.run { program.received == text })
        first.vanish()
        let (second, again) = try bench.connect(from: "127.9.1.1")
        #expect(bench.loop.run { again.hasOpened })
        #expect(bench.accepted.map(\.program.end) == [.reset, nil])
        second.close(.abort)
        #expect(bench.loop.run { bench.accepted[1].program.end == .reset })
    }

    @Test func aStationThatCallsAgainNeedNotWaitForItsFormerLinkToEnd() throws {
        let bench = try TransportBench(.nbf)
        let (first, program) = try bench.connect(from: "127.9.1.2")
        #expect(bench.loop.run { program.hasOpened })
        first.vanish()
        bench.accepted[0].connection.close(.abort)
        let called = bench.loop.now
        let (_, again) = try bench.connect(from: "127.9.1.2")
        #expect(bench.loop.run { again.hasOpened && bench.accepted.count == 2 })
        // Less than T1: nothing had to be asked twice.
        #expect(bench.loop.now - called < .milliseconds(600))
    }

    @Test func aProgramThatDoesNotReadFillsTheBacklogOfTheOther() throws {
        let bench = try TransportBench(.nbf)
        let (connection, program) = try bench.connect()
        #expect(bench.loop.run { program.hasOpened && !bench.accepted.isEmpty })
        connection.pauseReading()
        let server = bench.accepted[0].connection
        let block = [UInt8](repeating: 5, count: 16 * 1024)
        var outcomes: [SendOutcome] = []
        for _ in 0..<20 {
            outcomes.append(server.send(block))
            bench.loop.run(for: .milliseconds(20))
        }
        #expect(outcomes.first == .queued)
        #expect(outcomes.last == .refused)
        let taken = outcomes.count { $0 != .refused } * block.count
        #expect(program.received.isEmpty)
        connection.resumeReading()
        #expect(bench.loop.run { program.received.count == taken })
        // It is all with the peer before its acknowledgement is.
        #expect(bench.loop.run { bench.accepted[0].connection.backlog == 0 && bench.accepted[0].program.drained > 0 })
    }

    @Test func refusedAndUnreachable() throws {
        let bench = try TransportBench(.nbf)
        bench.turnsAway = true
        let (_, refused) = try bench.connect()
        #expect(bench.loop.run { refused.end == .reset || refused.end == .refused })
        bench.listener.close()
        let (_, unreachable) = try bench.connect()
        #expect(bench.loop.run { unreachable.end == .unreachable })
        #expect(throws: EventLoopError.self) {
            try Transport.connect(Endpoint(parsing: "nbf://[::1]:213"), backlogLimit: 1, on: bench.loop, handler: Recorder())
        }
        #expect(try Endpoint(parsing: "nbf://127.0.0.1:2131").kind.listenerName == "rdp-nbf")
    }

    @Test func theWatchdogIsAPolicyToo() throws {
        let shipped = try LivenessPolicy(parsing: "nbf-watchdog")
        #expect("\(shipped)" == "nbf-watchdog:inactivity=30s,answer=600ms,retries=8,alive=0s")
        #expect(shipped[NBFWatchdog.self] == NBFWatchdog())
        let text = "nbf-watchdog:inactivity=2s,answer=100ms,retries=3,alive=20s"
        let policy = try LivenessPolicy(parsing: text)
        #expect("\(policy)" == text)
        #expect(throws: DescriptionError.self) { try LivenessPolicy(parsing: "nbf-watchdog:retries=0") }
    }
}
