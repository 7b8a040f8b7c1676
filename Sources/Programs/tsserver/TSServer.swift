import ArgumentParser
import Arguments
import EventLoop
import Foundation
import Glibc
import Liveness
import Logging
import ProgramLog
import Sessions
import TerminalServer
import Time
import Transport
import Version

/// The command line of the terminal server.
@main
struct TSServer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tsserver",
        abstract: "An emulated Windows NT 4.0 terminal server that publishes what it believes of its sessions.",
        discussion: """
            EXAMPLES
              tsserver
                  Listens on 127.0.0.1:3389 as Windows NT 4.0 Terminal Server was shipped:
                  no keepalive at all.
              tsserver --listen 127.0.0.1:3389 --admin /run/tsserver.sock \\
                  --liveness tcp-keepalive:time=20s,interval=2s,count=3 --max-sessions 5000
              tsserver --liveness heartbeat:interval=30s,misses=3
              tsserver --listen 0.0.0.0:3389 --users users.txt --clock 1m
              tsserver --listen tcp://127.0.0.1:3389 --listen spx://127.0.0.1:2130
                  Serves TCP and IPX/SPX, whose watchdog notices a client without power.
              tsserver --listen nbf://127.0.0.1:3390 --listen nbf://198.19.1.1%eth0 \\
                  --allow-any-user
                  NetBEUI, each frame in a UDP datagram; and as the station of
                  198.19.1.1, in frames on eth0 itself.
              tsserver --security rdp --encryption-level high
                  RC4 with 128 bits and nothing else: standard RDP security.
              curl --unix-socket /run/tsserver.sock http://localhost/sessions
              tsserver --admin 127.0.0.1:9200 --admin-token /etc/tsserver.token
              curl --oauth2-bearer "$(cat /etc/tsserver.token)" http://127.0.0.1:9200/sessions
                  Over TCP the admin face wants a token; only /healthz is given without it.

            TRANSPORTS
            \(TransportKind.help)

            LIVENESS POLICIES
            \(LivenessPolicy.help)

            EXIT STATUS
              0 after SIGTERM or SIGINT, 1 where it cannot serve, 64 for a wrong command
              line.
            """,
        version: Version.current)

    @Option(
        help: ArgumentHelp(
            "Where to listen; may be given more than once. A name stands for all of its addresses.",
            valueName: "[\(TransportKind.allCases.map(\.rawValue).joined(separator: "|"))://]host:port"))
    var listen: [String] = ["127.0.0.1:3389"]

    @Option(
        help: ArgumentHelp("Serve the admin face here: a UNIX socket's path or a loopback address.", valueName: "path"), completion: .file()
    )
    var admin: String?

    @Option(
        help: ArgumentHelp(
            "The token that the admin face wants of who comes over TCP; the file must be closed to other users.", valueName: "file"),
        completion: .file())
    var adminToken: String?

    @Option(help: ArgumentHelp("How to learn that a client has gone.", valueName: "policy"), completion: .list(LivenessPolicy.names))
    var liveness = "none"

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "tcp-keepalive with this idle time in minutes; named after the registry value (Q216783).",
            valueName: "minutes"))
    var keepAliveEnable: String?

    @Option(parsing: .unconditional, help: "Most sessions with a client or a user; a Disconnected one counts.")
    var maxSessions: String?

    @Option(parsing: .unconditional, help: "Most sessions with a client; a Disconnected one does not count.")
    var maxClients: String?

    @Option(
        parsing: .unconditional,
        help: """
            Most clients that have not logged on; they take no place of the limits above, and of more the oldest are sent \
            away (default: three quarters of the descriptors).
            """)
    var maxUnauthenticated: String?

    @Option(parsing: .unconditional, help: "Most sessions of one user.")
    var maxSessionsPerUser: String?

    @Option(
        help: ArgumentHelp("What a broken connection does to its session: disconnect or reset.", valueName: "action"),
        completion: .list(["disconnect", "reset"]))
    var brokenConnection = "disconnect"

    @Option(parsing: .unconditional, help: ArgumentHelp("Show the taskbar clock, redrawn at this interval.", valueName: "interval"))
    var clock: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long a client may take to log on, and to complete a PDU that it began.", valueName: "duration"))
    var handshakeDeadline = "15s"

    @Option(help: ArgumentHelp("Who may log on: lines of NAME:PASSWORD.", valueName: "file"), completion: .file())
    var users: String?

    @Flag(help: "Let anybody log on, even from other machines.")
    var allowAnyUser = false

    @OptionGroup(title: "Security")
    var securityOptions: SecurityOptions

    @Flag(name: .shortAndLong, help: "Log every change of a session.")
    var verbose = false

    func run() throws {
        ProgramLogHandler.install(level: verbose ? .info : .notice)
        let logger = Logger(label: "tsserver")
        do {
            var configuration = try settings(logger)
            try securityOptions.apply(to: &configuration, logger)
            let descriptors = DescriptorLimit.raise()
            configuration.unauthenticatedLimit = try limit("--max-unauthenticated", maxUnauthenticated) ?? descriptors * 3 / 4
            let loop = try EventLoop()
            let server = try TerminalServer(configuration: configuration, loop: loop, logger: logger)
            let signals = [SIGTERM, SIGINT].map { number in
                loop.onSignal(number) {
                    ServiceManager.tell(.stopping)
                    server.shutDown()
                }
            }
            logger.notice("tsserver \(Version.current) serves")
            for endpoint in server.endpoints { print("listening \(endpoint)") }
            fflush(nil)
            for address in InheritedSockets.unclaimed {
                logger.warning("the service manager listens at \(address), which neither --listen nor --admin names")
            }
            ServiceManager.tell(.ready)
            loop.run()
            signals.forEach { $0.cancel() }
        } catch let error as ValidationError {
            throw error
        } catch let error as AdminAccessError {
            throw ValidationError(error.description)
        } catch {
            ErrorOutput.shared.say("tsserver: \(error)")
            throw ExitCode(1)
        }
    }

    private func settings(_ logger: Logger) throws -> ServerConfiguration {
        let endpoints = try listen.flatMap { try Endpoints.places("--listen", $0) }
        var configuration = ServerConfiguration(endpoints: endpoints, users: try directory(endpoints, logger))
        configuration.liveness = try policy()
        try securityOptions.check()
        configuration.limits = SessionLimits(
            sessions: try limit("--max-sessions", maxSessions), clients: try limit("--max-clients", maxClients),
            perUser: try limit("--max-sessions-per-user", maxSessionsPerUser))
        configuration.brokenConnection = try OptionValue.choice("--broken-connection", brokenConnection)
        configuration.clockInterval = try clock.map { try OptionValue.duration("--clock", $0, in: Self.clockIntervals) }
        configuration.handshakeDeadline = try OptionValue.duration(
            "--handshake-deadline", handshakeDeadline, in: OptionValue.logonDeadlines)
        if let admin {
            guard !admin.isEmpty, let address = SocketAddress(parsing: admin.contains(":") || admin.contains("/") ? admin : "./" + admin)
            else {
                throw OptionValue.wrong("--admin", "a UNIX socket's path of at most 107 bytes, or a loopback address and a port", admin)
            }
            configuration.admin = address
        }
        configuration.adminToken = try adminToken.map { try AdminToken(contentsOf: $0) }
        return configuration
    }

    private func directory(_ endpoints: [Endpoint], _ logger: Logger) throws -> UserDirectory {
        if let users { return try OptionValue.parsed("--users", users) { try UsersFile.read($0) { logger.warning("\($0)") } } }
        if !allowAnyUser, let open = endpoints.first(where: { !$0.isLoopback }) {
            throw ValidationError(
                "\(open) can be reached from other machines: say who may log on with --users FILE, or let anybody with --allow-any-user")
        }
        return .anyone
    }

    private func policy() throws -> LivenessPolicy {
        guard let keepAliveEnable else {
            let policy = try OptionValue.parsed("--liveness", liveness) { try LivenessPolicy(parsing: $0) }
            if policy.line?.isEmpty == true { throw ValidationError("line-aware needs the line's control socket: line-aware:line=PATH") }
            return policy
        }
        guard liveness == "none" else { throw ValidationError("--keep-alive-enable takes no --liveness beside it: it is one") }
        // The policy of today's servers allows up to 999,999 minutes; the kernel's idle time ends at 32,767 seconds.
        let minutes = try OptionValue.whole("--keep-alive-enable", keepAliveEnable, in: 1...546)
        var keepalive = TCPKeepalive.windowsNT4
        keepalive.time = .seconds(minutes * 60)
        return .tcpKeepalive(keepalive)
    }

    private func limit(_ option: String, _ text: String?) throws -> Int? {
        try text.map { try OptionValue.whole(option, $0, in: 1...Self.mostSessions) }
    }

    /// More than a process can hold by descriptors.
    private static let mostSessions = 1_000_000
    /// As the clock policy's interval.
    private static let clockIntervals = Duration.milliseconds(100)...(.seconds(86_400))
}
