import ArgumentParser
import Arguments
import EventLoop
import Foundation
import Glibc
import ProgramLog
import RDP
import TerminalClient
import Time
import Transport
import Version

extension ClientSecurity: ExpressibleByArgument {}

/// The command line of the terminal client.
@main
struct TSClient: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tsclient",
        abstract: "One terminal client: logs on, shows which session it was given, and runs a script.",
        usage: "tsclient ADDRESS:PORT --user USER [OPTION ...]",
        discussion: """
            EXAMPLES
              tsclient 127.0.0.1:3389 --user anna --minimise
                  Logs on and idles, as the clients in Q187049 did.
              tsclient 127.0.0.1:3389 --user anna \\
                  --script 'type hello; wait 2s; disconnect'
              tsclient 127.0.0.1:3389 --user anna --script @session.txt
              tsclient spx://127.0.0.1:2130 --user anna --minimise
                  The same over IPX/SPX in UDP.
              tsclient 127.0.0.1:3389 --user anna --hang-after 10s
                  Hangs while its kernel goes on acknowledging; kill -STOP does the same
                  from outside.

            SCRIPT
              type TEXT, enter, wait 5s, minimise, restore, hang, disconnect, logoff; one
              a line or separated by ';'.

            EXIT STATUS
              0 the user left, 1 the connection was lost or never came, 2 the server
              refused, 64 wrong command line.
            """,
        version: Version.current)

    @Argument(
        help: ArgumentHelp(
            "The server. A name stands for its first IPv4 address, or else for its first IPv6 one.",
            valueName: "[tcp|spx|nbf://]host:port"))
    var server: String

    @Option(help: "Who logs on.")
    var user: String

    @Option(help: "The user's password.")
    var password = ""

    @Option(help: "The workstation's name, at most 15 characters.")
    var name = "WS00001"

    @Option(
        help: ArgumentHelp(
            "No encryption, RC4, TLS, or what the server has of the last two. Certificates are not checked.",
            valueName: "none|rdp|tls|negotiate"))
    var security = ClientSecurity.none

    @Option(parsing: .unconditional, help: ArgumentHelp("How long the desktop may take, from the start.", valueName: "duration"))
    var logonDeadline = "60s"

    @Option(help: ArgumentHelp("The local address to come from.", valueName: "address"))
    var from: String?

    @Option(help: ArgumentHelp("What the user does: actions, or @FILE to read them from.", valueName: "script"))
    var script = ""

    @Flag(help: "Minimise as soon as the desktop is there.")
    var minimise = false

    @Option(parsing: .unconditional, help: ArgumentHelp("Hang this long after the desktop is there.", valueName: "duration"))
    var hangAfter: String?

    @Flag(help: "Report events as JSON, one object a line.")
    var json = false

    func run() throws {
        let printer = NewsPrinter(json: json)
        let program: ClientProgram
        let loop: EventLoop
        do {
            let settings = try settings()
            loop = try EventLoop()
            program = try ClientProgram(
                to: try Endpoints.target("the server", server), from: try source(), as: try configuration(), script: try actions(),
                logonDeadline: settings.logonDeadline, hangAfter: settings.hangAfter, on: loop
            ) { printer.tell($0) }
        } catch let error as ValidationError {
            throw error
        } catch {
            ErrorOutput.shared.say("tsclient: \(error)")
            throw ExitCode(1)
        }
        let signals = [SIGTERM, SIGINT].map { number in loop.onSignal(number) { program.leave() } }
        loop.run()
        signals.forEach { $0.cancel() }
        switch program.outcome {
        case .left: break
        case .refused(let reason):
            ErrorOutput.shared.say("tsclient: \(server) refused the logon: \(reason)")
            throw ExitCode(2)
        case .lost(let end):
            ErrorOutput.shared.say("tsclient: \(server): connection lost: \(end)")
            throw ExitCode(1)
        case nil: throw ExitCode(1)
        }
    }

    /// The longest user name and password, in UTF-16 units: 512 bytes with the terminator (MS-RDPBCGR 2.2.1.11.1.1).
    private static let longestText = 255
    /// 32 bytes of UTF-16 with the terminator (clientName, MS-RDPBCGR 2.2.1.3.2).
    private static let longestName = 15

    private func configuration() throws -> ClientConfiguration {
        for (option, text, limits) in [
            ("--user", user, 1...Self.longestText), ("--password", password, 0...Self.longestText), ("--name", name, 1...Self.longestName),
        ] where !limits.contains(text.utf16.count) || text.utf16.contains(0) {
            throw OptionValue.wrong(option, "\(limits.lowerBound) to \(limits.upperBound) characters", text)
        }
        var configuration = ClientConfiguration(user: user, password: password, clientName: name)
        configuration.security = security
        return configuration
    }

    private func source() throws -> SocketAddress? {
        guard let from else { return nil }
        guard let address = SocketAddress(host: from, port: 0) else { throw OptionValue.wrong("--from", "a numeric address", from) }
        return address
    }

    private func actions() throws -> ClientScript {
        var text = script
        if script.hasPrefix("@") { text = try OptionValue.file("--script", String(script.dropFirst())) }
        var parsed = try OptionValue.parsed("--script", text) { try ClientScript(parsing: $0) }
        if minimise { parsed.actions.insert(.minimise, at: 0) }
        return parsed
    }

    private func settings() throws -> (logonDeadline: Duration, hangAfter: Duration?) {
        (
            try OptionValue.duration("--logon-deadline", logonDeadline, in: OptionValue.logonDeadlines),
            try hangAfter.map { try OptionValue.duration("--hang-after", $0) }
        )
    }
}
