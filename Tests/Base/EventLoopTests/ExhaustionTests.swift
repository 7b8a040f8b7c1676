import EventLoop
import Glibc
import LoopTestSupport
import NetlabTestSupport
import Netlab
import Testing
import Time

/// No descriptor is left: looked at in a process where nothing else runs.
@Suite struct ExhaustionTests {
    private static let variable = "TSLAB_TEST_EXHAUSTED"

    @Test(.enabled(if: getenv(variable) == nil))
    func aListenerRestsWhileDescriptorsAreOut() throws {
        let said = try Command.run(
            "timeout", ["120", "env", "\(Self.variable)=1"] + Inside.arguments(filter: "EventLoopTests.ExhaustionTests"))
        #expect(said.contains("it rested and went on"), "\(said)")
    }

    @Test(.enabled(if: getenv(variable) != nil))
    func itRests() throws {
        let loop = try EventLoop()
        var told: [(error: EventLoopError, at: MonotonicTime)] = []
        var accepted = 0
        let server = Recorder()
        let listener = try Listener(
            on: loop, address: loopback, backlogLimit: 1, exhausted: { told.append(($0, loop.now)) },
            accept: { _ in
                accepted += 1
                return server
            })
        // Connected as far as the kernel goes; nobody has accepted them yet.
        let clients = try (0..<3).map { _ in try Stream.connect(to: listener.address, backlogLimit: 1, on: loop, handler: Recorder()) }
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var before = rlimit()
        getrlimit(resource, &before)
        let next = dup(0)
        close(next)
        var none = rlimit(rlim_cur: rlim_t(next), rlim_max: before.rlim_max)
        setrlimit(resource, &none)
        let began = loop.now
        let busy = clock()
        loop.run(for: Listener.restAfterExhaustion * 3.5)
        setrlimit(resource, &before)
        // At once, and once after each rest.
        #expect(told.count == 4 && accepted == 0)
        #expect(told.allSatisfy { $0.error == EventLoopError("accept a connection", errno: EMFILE) })
        #expect(told[0].at - began < Listener.restAfterExhaustion)
        for (earlier, later) in zip(told, told.dropFirst()) { #expect(later.at - earlier.at >= Listener.restAfterExhaustion) }
        #expect(Double(clock() - busy) / Double(CLOCKS_PER_SEC) < 0.4, "it does not spin meanwhile")
        #expect(loop.run(for: .seconds(5)) { accepted == 3 })
        if told.count == 4, accepted == 3 { print("it rested and went on") }
        for client in clients { client.close(.abort) }
        loop.run(for: .milliseconds(20))
    }
}
