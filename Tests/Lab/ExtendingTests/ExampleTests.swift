import Contracts
import EventLoop
@testable import Faults
import Glibc
@testable import Lab
import Liveness
@testable import LoadGenerator
import Logging
import LoopTestSupport
import Testing
import Time
@testable import Transport

/// The examples of docs/extending.md work.
@Suite(.serialized) struct ExampleTests {
    private final class Victim: FaultVictim {
        var done: [String] = []

        func losePower() { done.append("losePower") }
        func regainPower() { done.append("regainPower") }
        func stopProgram() { done.append("stopProgram") }
        func resumeProgram() { done.append("resumeProgram") }
        func stopMachine() { done.append("stopMachine") }
        func resumeMachine() { done.append("resumeMachine") }
        func killProgram() { done.append("killProgram") }
        func disconnect() { done.append("disconnect") }
        func logOff() { done.append("logOff") }
    }

    private func expectation(_ fault: Fault, _ policy: LivenessPolicy, _ transport: TransportKind, isBusy: Bool = false) -> Lab.Expectation
    {
        ExpectationTable.entry(transport, policy, fault, isBusy: isBusy).expectation
    }

    /// To the server, whose cable is pulled is whose machine lost its power.
    @Test func whatIsExpectedOfAFaultFollowsFromItsTraits() throws {
        #expect(Fault.unplug.orphans && Fault.unplug.darkens && !Fault.unplug.lasts)
        for entry in ExpectationTable.entries where entry.fault == .powerOff {
            #expect(expectation(.unplug, entry.policy, entry.transport, isBusy: entry.isBusy) == entry.expectation)
        }
        #expect(Fault.swap.heals && !Fault.swap.orphans)
        let victim = Victim()
        try Fault.unplug.strike(victim)
        try Fault.swap.strike(victim)
        try Fault.swap.heal(victim)
        #expect(victim.done == ["stopProgram", "resumeProgram"])
        #expect(expectation(.swap, .none, .tcp) == .kept)
    }

    @Test func aPolicyIsReadWrittenAndCarriedOut() throws {
        let policy = try LivenessPolicy([SilencePolicy(limit: .seconds(60)), TCPUserTimeout(timeout: .seconds(9))])
        #expect("\(policy)" == "silence:limit=1m+tcp-user-timeout:timeout=9s")
        #expect(expectation(.hang, policy, .tcp) == .within(121))
        var monitor = try #require(policy.monitor(of: Int.self))
        let silent = monitor.start(1, at: .zero)
        let heard = monitor.start(2, at: .zero)
        monitor.heard(heard, at: .zero + .seconds(30))
        let first = try #require(monitor.nextDeadline)
        #expect(first == .zero + .seconds(60))
        guard case .dead(1)? = monitor.next(at: first) else { return #expect(Bool(false), "nobody was found") }
        #expect(monitor.next(at: first) == nil)
        guard case .dead(2)? = monitor.next(at: .zero + .seconds(120)) else { return #expect(Bool(false), "nobody was found") }
        monitor.stop(silent)
    }

    /// The kernel says what it was told.
    @Test func aTransportListensAndConnects() throws {
        let loop = try EventLoop()
        let server = Recorder()
        server.onReceive = { $0.send($1) }
        var accepted: (any Connection)?
        let listener = try Transport.listen(
            Endpoint(kind: .thin, address: .ipv4(0x7F00_0001, port: 0)), liveness: .tcpUserTimeout(.seconds(9)), backlogLimit: 1024,
            on: loop, trouble: { _ in },
            accept: {
                accepted = $0
                return server
            })
        #expect(listener.endpoint.description.hasPrefix("thin://127.0.0.1:"))
        let client = Recorder()
        let connection = try Transport.connect(listener.endpoint, backlogLimit: 1024, on: loop, handler: client)
        #expect(loop.run { client.hasOpened && accepted != nil })
        connection.send([1, 2, 3])
        #expect(loop.run { client.received.count == 3 })
        let stream = try #require(accepted as? LoopStream)
        for (option, expected) in [(TCP_THIN_LINEAR_TIMEOUTS, Int32(1)), (TCP_USER_TIMEOUT, 9_000)] {
            var (value, size) = (Int32(0), socklen_t(4))
            #expect(getsockopt(stream.fileDescriptor, Int32(IPPROTO_TCP), option, &value, &size) == 0 && value == expected)
        }
        connection.close(.orderly)
    }

    /// Clients of a server that greets are logged on; those of one that does not are not.
    @Test(arguments: [true, false]) func whoIsGreetedIsLoggedOn(greets: Bool) throws {
        let loop = try EventLoop()
        let server = Recorder()
        var accepted: [any Connection] = []
        let listener = try Transport.listen(
            Endpoint(kind: .tcp, address: .ipv4(0x7F00_0001, port: 0)), liveness: .none, backlogLimit: 1024, on: loop,
            trouble: { _ in },
            accept: {
                accepted.append($0)
                return server
            })
        var plan = LoadPlan(targets: [listener.endpoint], clients: 3)
        plan.speaks = .banner
        var summary: LoadSummary?
        let load = try LoadGenerator(plan: plan, truth: nil, loop: loop, logger: Logger(label: "test")) { summary = $0 }
        #expect(loop.run { accepted.count == 3 })
        if greets { for connection in accepted { connection.send(Array("220 hello\r\n".utf8)) } }
        loop.run(for: .milliseconds(200))
        load.stop()
        #expect(summary?.loggedOn == (greets ? 3 : 0))
    }

    @Test func aColumnIsInEveryFormat() {
        let cell = CellResult(
            transport: "tcp", policy: "none", policyParameters: "none", fault: .unplug, clients: 5, faulted: 4, orphansAtHorizon: 1,
            detected: 3, detectionSeconds: DetectionSeconds(p50: 1, p90: 2, p99: 2, max: nil), orphanSeconds: 70,
            reconnects: CellResult.Reconnects(), healthy: 1, falseDisconnects: 0, failures: 0,
            liveness: LivenessCost(packets: 0, bytes: 0, sessionHours: 1), traffic: CellTraffic(), line: LineCost(),
            witness: Witness(), detectionReasons: [:], detections: [1, 1, 2], orphans: [])
        let table = Table([CellColumns.fault, CellColumns.found], of: [CellColumns.Row(cell: cell, policy: "none", seen: 65)])
        #expect(table.text(as: .csv) == "fault,detected\r\nunplug,3")
        #expect(table.text(as: .text).split(separator: "\n").last == "unplug    3/4")
    }
}
