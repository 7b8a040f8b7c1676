import ArgumentParser
import Faults
import Foundation
import LoadGenerator
import Logging
import ProgramLog
import RDP
import Transport
import Version

extension ClientSecurity: ExpressibleByArgument {}
extension LoadProtocol: ExpressibleByArgument {}

/// The command line of the load generator.
@main
struct TSLoad: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tsload",
        abstract: "A load generator: thousands of idle terminal clients, and the faults that strike them.",
        discussion: """
            EXAMPLES
              tsload --target 127.0.0.1:3389 --clients 1000 --sources 127.18.0.0 --hold 1m
                  A thousand idle clients, each from its own address, for a minute.
              tsload --target 127.0.0.1:3389 --clients 1000 \\
                  --fault hang:share=50%,at=10s --return spare --return-after 30s \\
                  --hold 1m --truth truth.ndjson
                  Half of them hang after ten seconds; their users try to come back half
                  a minute later.
              tsload --target 198.19.1.1:3389 --sources 198.18.0.0 --fault power-off ...
                  Power cuts, reboots and line cuts need the lab's namespaces: see tslab
                  reproduce.
              tsload --target 127.0.0.1:3389 --protocol rdp --clients 50 --fault hang \\
                  --hold 1m
                  A stock server such as xrdp.

            PROTOCOLS
            \(LoadProtocol.help)
              Users come back, sessions are told apart and flooded with tsserver alone.

            FAULTS
            \(FaultPlan.help)

            TRANSPORTS
            \(TransportKind.help)

            EXIT STATUS
              0 when every client logged on, 1 when some failed or it could not begin, 2
              when the truth could not be written whole or a fault could not be injected,
              64 for a wrong command line, 130 when SIGINT or SIGTERM ended it; the
              summary and the truth are whole up to then.
            """,
        version: Version.current)

    @Option(
        help: ArgumentHelp(
            """
            The server; given more than once, workstations take turns. A name stands for its first IPv4 address, or else for its \
            first IPv6 one.
            """,
            valueName: "[\(TransportKind.allCases.map(\.rawValue).joined(separator: "|"))://]host:port"))
    var target = ["127.0.0.1:3389"]

    @Option(
        name: .customLong("protocol"),
        help: ArgumentHelp("What to speak.", valueName: LoadProtocol.allCases.map(\.rawValue).joined(separator: "|")))
    var speaks = LoadProtocol.tsserver

    @Option(parsing: .unconditional, help: "How many clients.")
    var clients = "100"

    @Option(parsing: .unconditional, help: ArgumentHelp("How many clients start in a second.", valueName: "clients/s"))
    var rate = "500"

    @Option(parsing: .unconditional, help: ArgumentHelp("Share the clients among so many processes.", valueName: "processes"))
    var workers = "1"

    @Option(parsing: .unconditional, help: ArgumentHelp("Number of the first workstation.", valueName: "number"))
    var firstWorkstation = "1"

    @Option(
        help: ArgumentHelp(
            "Workstation N comes from this address plus N. IPv6 needs these addresses on an interface, or net.ipv6.ip_nonlocal_bind.",
            valueName: "address"))
    var sources: String?

    @Option(
        help: ArgumentHelp("A fault and its plan; may be given more than once.", valueName: "fault"),
        completion: .list(Fault.allCases.map(\.rawValue)))
    var fault: [String] = []

    @Option(
        name: .customLong("return"), help: ArgumentHelp("Users come back: from a spare workstation or the same.", valueName: "place"),
        completion: .list(["spare", "same"]))
    var returning: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("When they come back, after the fault (default: \(standardReturnAfter)).", valueName: "duration"))
    var returnAfter: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Over how long they come back (default: \(standardReturnOver)).", valueName: "duration"))
    var returnOver: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("End this long after every client is there; without it, on SIGTERM.", valueName: "duration"))
    var hold: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long a client may take to be logged on before it counts as failed.", valueName: "duration"))
    var logonDeadline = "60s"

    @Option(
        help: ArgumentHelp("Write what really happens here, as NDJSON; '-' is standard output.", valueName: "file"), completion: .file())
    var truth: String?

    @Option(parsing: .unconditional, help: "Repeats the same choice of clients.")
    var seed = "1"

    @Option(
        help: ArgumentHelp(
            "Instead of idling: do what the file says, a line like '1500ms 7 logon' each (see tslab stress).", valueName: "file"),
        completion: .file())
    var schedule: String?

    @Flag(help: "Clients keep their window open, so that the server draws for them.")
    var show = false

    @Flag(help: "Sessions send output continuously (implies --show).")
    var flood = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("One user whom no fault strikes types a letter this often.", valueName: "duration"))
    var workEvery: String?

    @Flag(help: "Clients answer dynamic channel requests only, not round-trip requests.")
    var noRoundTrips = false

    @Option(
        help: ArgumentHelp(
            "How clients would have their connections secured (default: none; negotiate with --protocol rdp).",
            valueName: "none|rdp|tls|negotiate"))
    var security: ClientSecurity?

    @Flag(help: "Print the summary as JSON.")
    var json = false

    func run() throws {
        ProgramLogHandler.install(level: .warning)
        do {
            try load()
        } catch let error as ValidationError {
            throw error
        } catch let code as ExitCode {
            throw code
        } catch {
            ErrorOutput.shared.say("tsload: \(error)")
            throw ExitCode(1)
        }
    }
}
