import ArgumentParser
import Arguments
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
        abstract: "Strike the clients of any server with faults, and measure how long its kernel holds each ghost.",
        usage: "tslab witness --server COMMAND [OPTION ...]",
        discussion: """
            Builds a network of its own as reproduce does, runs the server there, and a
            tsload for each fault. The server says nothing of what it believes, so its
            kernel is asked: a connection is held until its socket is gone. Where a
            server closes one whose peer is dark by itself, the kernel goes on trying to
            deliver its goodbye, and that time counts too.

            The server must run in the foreground and listen on all addresses. /run is
            empty and its own.

            EXAMPLES
              tslab witness --server 'xrdp --nodaemon --config /etc/xrdp/xrdp.ini'
              tslab witness --server 'xrdp --nodaemon --config /etc/xrdp/xrdp.ini' \\
                  --keepalive 10s/2s/3 --horizon 40s
              tslab witness --server 'memcached -u root' --port 11211 --protocol tcp \\
                  --fault power-off,hang --json

            Writes results.json, the packets (wire.pcapng) and what the programs said to
            the output directory.

            PROTOCOLS
            \(LoadProtocol.help)
              For tsserver there is tslab reproduce.

            FAULTS
            \(Fault.help)

            EXIT STATUS
              0 when every client met its fault, 1 when some did not or it could not run, 2
              when evidence was lost, 64 for a wrong command line, 130 when interrupted.
              Whatever ends it, what was seen is written.
            """)

    @Option(help: ArgumentHelp("The server, as for sh -c.", valueName: "command"))
    var server: String

    @Option(parsing: .unconditional, help: "Where it listens.")
    var port = "3389"

    @Option(name: .customLong("protocol"), help: ArgumentHelp("What to speak.", valueName: "rdp|tcp"))
    var speaks = LoadProtocol.rdp

    @Option(help: ArgumentHelp("The security that clients ask for.", valueName: "none|rdp|tls|negotiate"))
    var security = ClientSecurity.negotiate

    @Option(
        help: ArgumentHelp("Faults; all of them by default.", valueName: "fault,..."), completion: .names(Fault.allCases.map(\.rawValue)))
    var fault: [String] = []

    @Option(parsing: .unconditional, help: "How many clients each fault strikes; a quarter as many stay well beside them.")
    var clients = "20"

    @Option(parsing: .unconditional, help: ArgumentHelp("How long to look after the fault.", valueName: "duration"))
    var horizon = "60s"

    @Option(
        help: ArgumentHelp(
            "The server's kernel's own keepalive, for connections that ask for it: time/interval/probes.",
            valueName: "10s/2s/3"))
    var keepalive: String?

    @Option(help: ArgumentHelp("Anything else to set in the server's network namespace.", valueName: "net.NAME=VALUE"))
    var sysctl: [String] = []

    @Option(parsing: .unconditional, help: "Repeats the same choice of clients.")
    var seed = "1"

    @Option(help: ArgumentHelp("Where to write.", valueName: "directory"), completion: .directory)
    var out = "tslab-witness"

    @OptionGroup var table: TableOptions

    func validate() throws {
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
        guard server.contains(where: { !$0.isWhitespace }) else { throw OptionValue.wrong("--server", "a command", server) }
        var plan = WitnessPlan(
            server: server, port: try OptionValue.whole("--port", port, in: 1...UInt16.max), speaks: speaks, security: security,
            clients: try OptionValue.whole("--clients", clients, in: 1...1000),
            horizon: try OptionValue.duration("--horizon", horizon, in: .seconds(1)...(.seconds(86_400))), seed: try OptionValue.seed(seed))
        if !fault.isEmpty { plan.faults = try OptionValue.faults(fault) }
        plan.settings = try keepaliveSettings() + sysctl.map { try Self.setting($0) }
        return plan
    }

    /// `10s/2s/3` as the kernel's three values, which are whole seconds (tcp(7)).
    private func keepaliveSettings() throws -> [(name: String, value: String)] {
        guard let keepalive else { return [] }
        let parts = keepalive.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let times = parts.prefix(2).compactMap { DurationText.parse($0) }
        // The kernel's own limits (tcp(7)).
        guard parts.count == 3, times.count == 2, let probes = Int(parts[2]), 1...127 ~= probes,
            times.allSatisfy({ .seconds(1)...(.seconds(32_767)) ~= $0 && $0.components.attoseconds == 0 })
        else {
            throw OptionValue.wrong(
                "--keepalive", "time/interval/probes like 10s/2s/3: whole seconds to 32767s, 1 to 127 probes", keepalive)
        }
        return [
            ("net.ipv4.tcp_keepalive_time", "\(times[0].components.seconds)"),
            ("net.ipv4.tcp_keepalive_intvl", "\(times[1].components.seconds)"),
            ("net.ipv4.tcp_keepalive_probes", "\(probes)"),
        ]
    }

    /// Of the network namespace alone: the machine's other settings are everybody's.
    private static func setting(_ text: String) throws -> (name: String, value: String) {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        let isName = parts.first.map { $0.hasPrefix("net.") && !$0.contains("/") && !$0.contains("..") } ?? false
        guard parts.count == 2, isName else { throw OptionValue.wrong("--sysctl", "net.NAME=VALUE", text) }
        return (parts[0], parts[1])
    }
}
