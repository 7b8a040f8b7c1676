import ArgumentParser
import Faults
import Lab
import LoadGenerator
import RDP
import Time

extension LoadProtocol: ExpressibleByArgument {}
extension ClientSecurity: ExpressibleByArgument {}

/// `tslab witness`: a server that we did not write.
struct WitnessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "witness",
        abstract: "Let the clients of any server meet faults, and see by its kernel how long it holds each dead connection.",
        discussion: """
            Builds a network of its own as reproduce does, runs the server there, and a tsload for each fault. The server
            says nothing of what it believes, so its kernel is asked: a connection is held until its socket is gone. Where
            a server closes one whose peer is dark by itself, the kernel goes on trying to deliver its goodbye, and that
            time counts too.

            The server must run in the foreground and listen on all addresses. /run is empty and its own.

            EXAMPLES
              tslab witness --server 'xrdp --nodaemon --config /etc/xrdp/xrdp.ini'
              tslab witness --server 'xrdp --nodaemon --config /etc/xrdp/xrdp.ini' --keepalive 10s/2s/3 --horizon 40s
              tslab witness --server 'memcached -u root' --port 11211 --protocol tcp --fault power-off,hang --json

            Writes results.json, the packets (wire.pcapng) and what the programs said to the output directory.

            EXIT STATUS
              0 when every client met its fault, 1 when some did not or it could not run, 2 when evidence was lost, 64 for a
              wrong command line, 130 when interrupted. Whatever ends it, what was seen is written.
            """)

    @Option(help: ArgumentHelp("The server, as for sh -c.", valueName: "command"))
    var server: String

    @Option(help: "Where it listens.")
    var port: UInt16 = 3389

    @Option(name: .customLong("protocol"), help: ArgumentHelp("What to speak.", valueName: "rdp|tcp"))
    var speaks = LoadProtocol.rdp

    @Option(help: ArgumentHelp("How clients would have their connections secured.", valueName: "none|rdp|tls|negotiate"))
    var security = ClientSecurity.negotiate

    @Option(help: ArgumentHelp("Faults; all of them by default.", valueName: "fault,..."))
    var fault: [String] = []

    @Option(help: "How many clients each fault strikes; a quarter as many stay well beside them.")
    var clients = 20

    @Option(help: ArgumentHelp("How long to look after the fault.", valueName: "duration"))
    var horizon = "60s"

    @Option(
        help: ArgumentHelp(
            "The server's kernel's own keepalive, for connections that ask for it: time/interval/probes.",
            valueName: "10s/2s/3"))
    var keepalive: String?

    @Option(help: ArgumentHelp("Anything else to set in the server's network namespace.", valueName: "net.NAME=VALUE"))
    var sysctl: [String] = []

    @Option(help: "Repeats the same choice of clients.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Where to write.", valueName: "directory"))
    var out = "tslab-witness"

    @OptionGroup var table: TableOptions

    func validate() throws {
        guard 1...1000 ~= clients else { throw ValidationError("--clients takes a number from 1 to 1000") }
        guard !speaks.reportsSessions else {
            throw ValidationError("--protocol is rdp or tcp: for tsserver there is tslab reproduce")
        }
        try table.validate(keys: ResultsTable.witnessKeys)
        _ = try plan()
    }

    func run() throws {
        let plan = try plan()
        try RunCommand.run(out: out, json: table.json) {
            WitnessRun.run(plan, in: $0)
        } text: {
            $0.text(as: table.format, columns: table.selection)
        }
    }

    private func plan() throws -> WitnessPlan {
        guard let horizon = DurationText.parse(horizon), horizon >= .seconds(1) else {
            throw ValidationError("--horizon takes a duration of at least 1s, not '\(horizon)'")
        }
        var plan = WitnessPlan(
            server: server, port: port, speaks: speaks, security: security, clients: clients, horizon: horizon, seed: seed)
        if !fault.isEmpty { plan.faults = try Fault.list(fault) }
        plan.settings = try keepaliveSettings() + sysctl.map { try Self.setting($0) }
        return plan
    }

    /// `10s/2s/3` as the kernel's three values, which are whole seconds (tcp(7)).
    private func keepaliveSettings() throws -> [(name: String, value: String)] {
        guard let keepalive else { return [] }
        let parts = keepalive.split(separator: "/").map(String.init)
        let times = parts.prefix(2).compactMap { DurationText.parse($0)?.components.seconds }
        guard parts.count == 3, times.count == 2, times.allSatisfy({ $0 > 0 }), let probes = Int(parts[2]), probes > 0
        else {
            throw ValidationError("--keepalive takes time/interval/probes like 10s/2s/3, not '\(keepalive)'")
        }
        return [
            ("net.ipv4.tcp_keepalive_time", "\(times[0])"), ("net.ipv4.tcp_keepalive_intvl", "\(times[1])"),
            ("net.ipv4.tcp_keepalive_probes", "\(probes)"),
        ]
    }

    /// Of the network namespace alone: the machine's other settings are everybody's.
    private static func setting(_ text: String) throws -> (name: String, value: String) {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        let isName = parts.first.map { $0.hasPrefix("net.") && !$0.contains("/") && !$0.contains("..") } ?? false
        guard parts.count == 2, isName else { throw ValidationError("--sysctl takes net.NAME=VALUE, not '\(text)'") }
        return (parts[0], parts[1])
    }
}
