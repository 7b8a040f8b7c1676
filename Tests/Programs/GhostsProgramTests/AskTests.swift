import Foundation
import Glibc
import Netlab
import NetlabTestSupport
import ProgramTestSupport
import Testing

extension InNetwork {
    /// Five servers, each with a client that is well, one that hangs, one whose machine lost power, one whose machine lost power and
    /// came back, and one whose line is cut. What is true is what was done here.
    @Test func theDeadAreFoundAndNobodyElse() throws {
        let servers = try StockServer.Kind.allCases.map { try StockServer($0) }
        let blackhole = try NetworkNamespace.within("clients") { try Blackhole() }
        var sockets: [Int: PlainSocket] = [:]
        for (index, server) in servers.enumerated() {
            for place in 0..<5 {
                sockets[index * 10 + place + 1] = try Laboratory.connected(from: index * 10 + place + 1, port: server.port)
            }
        }
        // Until each has its process, and a second's silence.
        usleep(1_500_000)
        func those(_ place: Int) -> [Int] { servers.indices.map { $0 * 10 + place + 1 } }
        let (hung, off, rebooted, cut) = (those(1), those(2), those(3), those(4))
        try blackhole.add((off + rebooted + cut).map(Laboratory.workstation))
        for number in off + rebooted {
            sockets[number]?.resetOnClose()
            sockets[number] = nil
        }
        try blackhole.remove(rebooted.map(Laboratory.workstation))

        let asked = try Laboratory.ghosts(["ask", "--json"])
        var truth: [String: String] = [:]
        for number in those(0) + hung { truth[Laboratory.name(number)] = "answered" }
        for number in off + cut { truth[Laboratory.name(number)] = "gone" }
        for number in rebooted { truth[Laboratory.name(number)] = "reset" }
        #expect(try Laboratory.verdicts(asked) == truth)
        #expect(asked.code == 0, "\(asked.errors)")

        // Lines heal, and what was called gone is as it was.
        try blackhole.remove(cut.map(Laboratory.workstation))
        for number in cut { truth[Laboratory.name(number)] = "answered" }
        for number in rebooted { truth[Laboratory.name(number)] = nil }
        let dry = try Laboratory.ghosts(["end", "--dry-run"])
        #expect(dry.output.contains("would end 198.18.0.3:") && !dry.output.contains("\nended"), "\(dry.output)")
        #expect(try established(servers) == Set(truth.keys))
        let ended = try Laboratory.ghosts(["end", "--json"])
        #expect(try Laboratory.verdicts(ended) == truth)
        #expect(try established(servers) == Set((those(0) + hung + cut).map(Laboratory.name)))
        #expect(servers.allSatisfy { $0.isRunning })
        withExtendedLifetime(sockets) {}
    }

    private func established(_ servers: [StockServer]) throws -> Set<String> {
        try servers.reduce(into: []) { $0.formUnion(try Laboratory.established(port: $1.port)) }
    }

    /// Every twentieth packet is lost, both ways, by the kernel's own dice.
    @Test func lossMakesNoGhosts() throws {
        let server = try StockServer(.redis)
        let sockets = try (1...250).map { try Laboratory.connected(from: $0, port: server.port) }
        let (ip, arguments) = try Laboratory.network().command(in: .clients, "nft", ["-f", "-"])
        try Command.run(
            ip, arguments,
            input: """
                table inet loss {
                  chain out { type filter hook output priority 0; oifname "tslab1" numgen random mod 1000 < 50 drop; }
                  chain in { type filter hook input priority 0; iifname "tslab1" numgen random mod 1000 < 50 drop; }
                }
                """)
        defer {
            let (ip, arguments) = (try? Laboratory.network().command(in: .clients, "nft", ["delete", "table", "inet", "loss"])) ?? ("", [])
            _ = try? Command.run(ip, arguments)
        }
        let asked = try Laboratory.ghosts(["ask", "--json"])
        let verdicts = try Laboratory.verdicts(asked)
        #expect(verdicts.count == 250 && verdicts.values.allSatisfy { $0 == "answered" }, "\(verdicts.filter { $0.value != "answered" })")
        withExtendedLifetime(sockets) {}
    }

    /// Connections come and go by the hundred while it asks, and take the numbers of those that went.
    @Test func comingAndGoingConfusesNothing() throws {
        let server = try StockServer(.redis)
        let blackhole = try NetworkNamespace.within("clients") { try Blackhole() }
        let well = try (1...20).map { try Laboratory.connected(from: $0, port: server.port) }
        let dark = try (101...103).map { try Laboratory.connected(from: $0, port: server.port) }
        usleep(1_100_000)
        try blackhole.add((101...103).map(Laboratory.workstation))
        let asking = try Laboratory.program(Programs.path("tsghosts"), ["end", "--json"])
        var answered = 0
        for round in 0..<1_000 {
            let passing = try Laboratory.connected(from: 201 + round % 50, port: server.port)
            if round % 100 == 0 {
                well[round / 100].write(Array("PING\r\n".utf8))
                try eventually("an answer") { well[round / 100].read() == Array("+PONG\r\n".utf8) }
                answered += 1
            }
            if round % 3 == 0 { passing.resetOnClose() }
            usleep(3_000)
        }
        let code = try asking.wait()
        let verdicts = try Laboratory.verdicts(Laboratory.Outcome(code: code, output: asking.output, errors: asking.errors))
        for number in 1...20 { #expect(verdicts[Laboratory.name(number)] == "answered") }
        for number in 101...103 { #expect(verdicts[Laboratory.name(number)] == "gone") }
        #expect(answered == 10)
        try eventually("those that passed are gone") { try Laboratory.established(port: server.port) == Set((1...20).map(Laboratory.name)) }
        withExtendedLifetime(dark) {}
    }

    @Test func questionsWaitForTheWayOut() throws {
        let server = try StockServer(.redis)
        let client = try Laboratory.connected(from: 1, port: server.port)
        let up = try Laboratory.ghosts(["ask", "--only-while-up", PrivateNetwork.serverInterface])
        #expect(up.code == 0 && up.output.contains("1 asked: 1 answered"))
        let (ip, arguments) = try Laboratory.network().command(
            in: .server, "cat", ["/sys/class/net/\(PrivateNetwork.serverInterface)/statistics/tx_packets"])
        let before = try Command.run(ip, arguments)
        for way in ["nowhere0", "/nowhere/line.sock"] {
            let down = try Laboratory.ghosts(["ask", "--only-while-up", way])
            #expect(down.code == 1 && down.output.contains("the way out is down"), "\(down.output)")
        }
        #expect(try Command.run(ip, arguments) == before)
        withExtendedLifetime(client) {}
    }

    @Test func whoHasNoRightsGetsTheListAndIsToldWhatItWouldTake() throws {
        let server = try StockServer(.redis)
        let client = try Laboratory.connected(from: 1, port: server.port)
        let listed = try Laboratory.ghosts(["list"], asNobody: true)
        #expect(listed.code == 0 && listed.output.contains("6379"))
        #expect(listed.errors.split(separator: "\n").count == 1 && listed.errors.contains("run as root, or with CAP_SYS_PTRACE"))
        let asked = try Laboratory.ghosts(["end"], asNobody: true)
        #expect(asked.code == 1 && asked.output.contains("1: no right to its server's descriptor"), "\(asked.output)")
        withExtendedLifetime(client) {}
    }

    /// The raw way needs no descriptor: without CAP_SYS_PTRACE, as the bounding set makes sure, and with CAP_NET_RAW.
    @Test func withoutDescriptorsRawQuestionsProve() throws {
        let server = try StockServer(.nginx)
        let blackhole = try NetworkNamespace.within("clients") { try Blackhole() }
        var sockets = try [1: 1, 2: 2, 3: 3].mapValues { try Laboratory.connected(from: $0, port: server.port) }
        usleep(1_100_000)
        try blackhole.add([2, 3].map(Laboratory.workstation))
        sockets[3]?.resetOnClose()
        sockets[3] = nil
        try blackhole.remove([Laboratory.workstation(3)])
        let bounded = [
            "--bounding-set=-sys_ptrace", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=+net_raw",
            "--ambient-caps=+net_raw",
        ]
        let asking = try Laboratory.program("setpriv", bounded + [Programs.path("tsghosts"), "ask", "--json", "--raw", "--questions", "3"])
        let code = try asking.wait()
        let verdicts = try Laboratory.verdicts(Laboratory.Outcome(code: code, output: asking.output, errors: asking.errors))
        #expect(verdicts == [Laboratory.name(1): "answered", Laboratory.name(2): "gone", Laboratory.name(3): "reset"])
        withExtendedLifetime(sockets) {}
    }
}
