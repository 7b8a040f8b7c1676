import Foundation
import Glibc
import MeasuringTestSupport
import ProgramTestSupport
import TemporaryTestSupport
import Testing

/// Thousands of clients in one tsload on one tsserver.
@Suite(.serialized) struct CrowdTests {
    private func load(_ server: RunningServer, _ clients: Int, _ more: [String]) -> [String] {
        ["--target", server.target, "--clients", "\(clients)", "--rate", "2000", "--sources", "127.18.0.0"] + more
    }

    @Test func fiveThousandLogOnWithoutAFailure() throws {
        let server = try RunningServer(["--max-sessions", "5000"])
        let crowd = try RunningProgram("tsload", load(server, 5000, []))
        try eventually("all are on", within: .seconds(60)) { try server.sessions("Active") == 5000 }
        crowd.signal(SIGTERM)
        #expect(try crowd.wait() == 130)
        #expect((crowd.output + crowd.errors).contains("5000 of 5000 logged on"))
        // The load has gone, and the server is well and knows it.
        try eventually("all are off") { try server.sessions("Disconnected") == 5000 }
        #expect(server.isRunning)
        #expect(try server.stop() == 0)
    }

    @Test func theLoadOutlivesItsServerAndSaysWhy() throws {
        let server = try RunningServer()
        let crowd = try RunningProgram("tsload", load(server, 200, []))
        try eventually("all are on") { try server.sessions("Active") == 200 }
        #expect(try server.stop() == 0)
        sleep(1)
        crowd.signal(SIGTERM)
        #expect(try crowd.wait() == 130)
        #expect((crowd.output + crowd.errors).contains("200: connection lost: the server shuts down"))
    }

    @Test func workersShareTheLoad() throws {
        let server = try RunningServer()
        let outcome = try Programs.run("tsload", load(server, 301, ["--workers", "3", "--hold", "1s"]), limit: 60)
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("301 of 301 logged on"))
    }

    @Test func tenWavesLeaveTheServerAsItWas() throws {
        let server = try RunningServer()
        var costs: [(kibibytes: Int, descriptors: Int)] = []
        for _ in 0..<10 {
            let wave = try Programs.run("tsload", load(server, 1000, ["--hold", "0s"]), limit: 60)
            #expect(wave.code == 0)
            try eventually("all are off") { try server.sessions("Active") == 0 }
            costs.append(try server.cost())
        }
        // The first waves make the sessions, which are resumed from then on.
        if !isSanitized { #expect(costs[9].kibibytes <= costs[2].kibibytes + max(512, costs[2].kibibytes / 20), "\(costs)") }
        #expect(costs[9].descriptors == costs[0].descriptors)
        #expect(try server.sessions("Disconnected") == 1000)
    }

    /// Over SPX a desktop waits in the server, a window at a time, and the heap is full of holes when all have got theirs.
    @Test(.disabled(if: isSanitized)) func aStormOfLogonsLeavesNoHolesInTheServersMemory() throws {
        let server = try RunningServer(["--handshake-deadline", "20s"], listen: "spx://127.0.0.1:0")
        let few = try RunningProgram("tsload", load(server, 100, []))
        try eventually("the first are on") { try server.sessions("Active") == 100 }
        let before = try server.cost().kibibytes
        let sessions = 2000
        let crowd = try RunningProgram("tsload", load(server, sessions, ["--first-workstation", "101"]))
        try eventually("all are on", within: .seconds(60)) { try server.sessions("Active") == 100 + sessions }
        let most = 4
        try eventually("the server has given back what it does not use", within: .seconds(40)) {
            try server.cost().kibibytes - before < most * sessions
        }
        for load in [few, crowd] {
            load.signal(SIGTERM)
            _ = try load.wait()
        }
    }

    /// Each from an IPv6 address of its own, in a network where they all are this machine's.
    @Test func workstationsHaveIPv6Addresses() throws {
        let directory = try Temporary.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let outcome = try Programs.inNetwork(
            """
            ip -6 route add local fd00:198::/64 dev lo
            sysctl -qw net.ipv6.ip_nonlocal_bind=1
            serve --listen '[::]:3389' --allow-any-user
            curl -sN --unix-socket "$directory/admin" http://localhost/events > "$directory/events" &
            "$programs/tsload" --target '[fd00:198::ffff]:3389' --clients 40 --sources fd00:198:: \\
                --fault hang:share=50%,at=100ms --hold 500ms &
            load=$!
            "$programs/tsload" --target 127.0.0.1:3389 --clients 2 --first-workstation 101 --hold 500ms
            wait $load
            code=$?
            cat "$directory/events"
            exit $code
            """, directory: directory)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("40 of 40 logged on") && outcome.output.contains("fault      20 hang"))
        for number in [1, 40] { #expect(outcome.output.contains("[fd00:198::\(String(number, radix: 16))]:")) }
        // Over the same socket, and known by the address that they know themselves.
        #expect(outcome.output.contains("\"127.0.0.1:") && !outcome.output.contains("ffff:"))
    }
}
