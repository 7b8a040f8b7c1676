import ArgumentParser
import EventLoop
import Foundation
import Glibc
import Liveness
import Logging
import Sessions
import TerminalServer
import Time
import Transport

/// The command line of the terminal server.
@main
struct TSServer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tsserver",
        abstract: "A terminal server that keeps sessions, and believes of their clients what it is told.",
        discussion: """
            EXAMPLES
              tsserver
                  Listens on 127.0.0.1:3389 as Windows NT 4.0 Terminal Server was shipped: no keepalive at all.
              tsserver --listen 127.0.0.1:3389 --admin /run/tsserver.sock \\
                  --liveness tcp-keepalive:time=20s,interval=2s,count=3 --max-sessions 5000
              tsserver --liveness heartbeat:interval=30s,misses=3
              tsserver --listen 0.0.0.0:3389 --users users.txt --clock 1m
              tsserver --listen tcp://127.0.0.1:3389 --listen spx://127.0.0.1:2130
                  Serves TCP, and IPX/SPX in UDP (RFC 1234), whose watchdog notices a client without power.
              tsserver --listen nbf://127.0.0.1:3390 --listen nbf://198.19.1.1%eth0 --allow-any-user
                  NetBEUI, each frame in a UDP datagram; and as the station of 198.19.1.1, in frames on eth0 itself.
              tsserver --security rdp --encryption-level high
                  RC4 with 128 bits or nothing, as before there was TLS.
              curl --unix-socket /run/tsserver.sock http://localhost/sessions

            LIVENESS POLICIES
              none                                        nothing: as shipped
              tcp-keepalive:time=2h,interval=1s,count=5   the kernel's probes
              tcp-user-timeout:timeout=1m                 what is sent must be acknowledged in time
              heartbeat:interval=30s,misses=3             the client program must answer
              clock:interval=1m                           the taskbar clock's own traffic
              spx-watchdog:timeout=6s,count=8             SPX's own, which is there under every policy, otherwise set
              nbf-watchdog:inactivity=30s,retries=8       NetBEUI's, likewise

            EXIT STATUS
              0 after SIGTERM or SIGINT, 1 where it cannot serve, 64 for a wrong command line.
            """)

    @Option(help: ArgumentHelp("Where to listen; may be given more than once.", valueName: "[tcp|spx|nbf://]address:port"))
    var listen: [String] = ["127.0.0.1:3389"]

    @Option(help: ArgumentHelp("Serve the admin face here: a UNIX socket's path or a loopback address.", valueName: "path"))
    var admin: String?

    @Option(help: ArgumentHelp("How to learn that a client has gone.", valueName: "policy"))
    var liveness = "none"

    @Option(
        help: ArgumentHelp(
            "The same as tcp-keepalive with this idle time in minutes, under the name of the registry value that brought it (Q216783).",
            valueName: "minutes"))
    var keepAliveEnable: Int?

    @Option(help: "Most sessions with a client or a user; a Disconnected one counts.")
    var maxSessions: Int?

    @Option(help: "Most sessions with a client; a Disconnected one does not count.")
    var maxClients: Int?

    @Option(
        help: """
            Most clients that have not logged on; they take no place of the limits above, and of more the oldest are sent \
            away (default: three quarters of the descriptors).
            """)
    var maxUnauthenticated: Int?

    @Option(help: "Most sessions of one user.")
    var maxSessionsPerUser: Int?

    @Option(help: ArgumentHelp("What a broken connection does to its session: disconnect or reset.", valueName: "action"))
    var brokenConnection = "disconnect"

    @Option(help: ArgumentHelp("Show the taskbar clock, redrawn at this interval.", valueName: "interval"))
    var clock: String?

    @Option(help: ArgumentHelp("How long a client may take to its desktop, and to the end of a PDU that it began.", valueName: "duration"))
    var handshakeDeadline = "15s"

    @Option(help: ArgumentHelp("Who may log on: lines of NAME:PASSWORD.", valueName: "file"))
    var users: String?

    @Flag(help: "Let anybody log on, even from other machines.")
    var allowAnyUser = false

    @OptionGroup(title: "Security")
    var securityOptions: SecurityOptions

    @Flag(name: .shortAndLong, help: "Log every change of a session.")
    var verbose = false

    func run() throws {
        let verbose = verbose
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = verbose ? .info : .notice
            return handler
        }
        let logger = Logger(label: "tsserver")
        do {
            let descriptors = DescriptorLimit.raise()
            let loop = try EventLoop()
            let server = try TerminalServer(configuration: try settings(logger, descriptors), loop: loop, logger: logger)
            let signals = [SIGTERM, SIGINT].map { number in loop.onSignal(number) { server.shutDown() } }
            for endpoint in server.endpoints { print("listening \(endpoint)") }
            fflush(nil)
            loop.run()
            signals.forEach { $0.cancel() }
        } catch let error as ValidationError {
            throw error
        } catch {
            FileHandle.standardError.write(Data("tsserver: \(error)\n".utf8))
            throw ExitCode(1)
        }
    }

    private func settings(_ logger: Logger, _ descriptors: Int) throws -> ServerConfiguration {
        let endpoints = try listen.map { try Endpoint(parsing: $0) }
        var configuration = ServerConfiguration(endpoints: endpoints, users: try directory(endpoints, logger))
        configuration.liveness = try policy()
        try securityOptions.apply(to: &configuration, logger)
        configuration.limits = SessionLimits(sessions: maxSessions, clients: maxClients, perUser: maxSessionsPerUser)
        configuration.unauthenticatedLimit = maxUnauthenticated ?? descriptors * 3 / 4
        guard let action = BrokenConnectionAction(rawValue: brokenConnection) else {
            throw ValidationError("--broken-connection is disconnect or reset, not '\(brokenConnection)'")
        }
        configuration.brokenConnection = action
        configuration.clockInterval = try clock.map { try duration("--clock", $0) }
        configuration.handshakeDeadline = try duration("--handshake-deadline", handshakeDeadline)
        if let admin {
            guard let address = SocketAddress(parsing: admin.contains(":") || admin.contains("/") ? admin : "./" + admin) else {
                throw ValidationError("--admin takes a UNIX socket's path of at most 107 bytes or a loopback address, not '\(admin)'")
            }
            configuration.admin = address
        }
        return configuration
    }

    private func directory(_ endpoints: [Endpoint], _ logger: Logger) throws -> UserDirectory {
        if let users { return try UsersFile.read(users) { logger.warning("\($0)") } }
        if !allowAnyUser, let open = endpoints.first(where: { !$0.isLoopback }) {
            throw ValidationError(
                "\(open) can be reached from other machines: say who may log on with --users FILE, or let anybody with --allow-any-user")
        }
        return .anyone
    }

    private func policy() throws -> LivenessPolicy {
        guard let minutes = keepAliveEnable else {
            let policy = try LivenessPolicy(parsing: liveness)
            if policy.line?.isEmpty == true { throw ValidationError("line-aware needs the line's control socket: line-aware:line=PATH") }
            return policy
        }
        // The policy of today's servers allows up to 999,999 minutes; the kernel's idle time ends at 32,767 seconds.
        guard 1...546 ~= minutes, liveness == "none" else {
            throw ValidationError("--keep-alive-enable takes 1 to 546 minutes, and no --liveness beside it")
        }
        var keepalive = TCPKeepalive.windowsNT4
        keepalive.time = .seconds(minutes * 60)
        return .tcpKeepalive(keepalive)
    }

    private func duration(_ option: String, _ text: String) throws -> Duration {
        guard let duration = DurationText.parse(text), duration > .zero else {
            throw ValidationError("\(option) takes a duration like 30s, 5m or 2h, not '\(text)'")
        }
        return duration
    }
}
