import ArgumentParser
import EventLoop
import Foundation
import Glibc
import RDP
import TerminalClient
import Time
import Transport

extension ClientSecurity: ExpressibleByArgument {}

/// The command line of the terminal client.
@main
struct TSClient: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tsclient",
        abstract: "One terminal client: logs on, shows which session it has, does what its script says.",
        usage: "tsclient ADDRESS:PORT --user USER [OPTION ...]",
        discussion: """
            EXAMPLES
              tsclient 127.0.0.1:3389 --user anna --minimise
                  Logs on and idles, as the clients of the article did.
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
              a line or parted by ';'.

            EXIT STATUS
              0 the user left, 1 the connection was lost or never came, 2 the server
              refused, 64 wrong command line.
            """)

    @Argument(help: ArgumentHelp("The server.", valueName: "[tcp|spx://]address:port"))
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

    @Option(help: ArgumentHelp("The local address to come from.", valueName: "address"))
    var from: String?

    @Option(help: ArgumentHelp("What the user does: actions, or @FILE to read them from.", valueName: "script"))
    var script = ""

    @Flag(help: "Minimise as soon as the desktop is there.")
    var minimise = false

    @Option(help: ArgumentHelp("Hang this long after the desktop is there.", valueName: "duration"))
    var hangAfter: String?

    @Flag(help: "Tell news as JSON, an object a line.")
    var json = false

    func run() throws {
        let printer = NewsPrinter(json: json)
        let program: ClientProgram
        let loop: EventLoop
        do {
            loop = try EventLoop()
            program = try ClientProgram(
                to: try Endpoint(parsing: server), from: try source(),
                as: configuration,
                script: try actions(), hangAfter: try pause(), on: loop
            ) { printer.tell($0) }
        } catch let error as ValidationError {
            throw error
        } catch {
            FileHandle.standardError.write(Data("tsclient: \(error)\n".utf8))
            throw ExitCode(1)
        }
        let signals = [SIGTERM, SIGINT].map { number in loop.onSignal(number) { program.leave() } }
        loop.run()
        signals.forEach { $0.cancel() }
        switch program.outcome {
        case .left: break
        case .refused(let reason):
            FileHandle.standardError.write(Data("tsclient: \(server) refused the logon: \(reason)\n".utf8))
            throw ExitCode(2)
        case .lost(let end):
            FileHandle.standardError.write(Data("tsclient: \(server): connection lost: \(end)\n".utf8))
            throw ExitCode(1)
        case nil: throw ExitCode(1)
        }
    }

    private var configuration: ClientConfiguration {
        var configuration = ClientConfiguration(user: user, password: password, clientName: String(name.prefix(15)))
        configuration.security = security
        return configuration
    }

    private func source() throws -> SocketAddress? {
        guard let from else { return nil }
        guard let address = SocketAddress(host: from, port: 0) else {
            throw ValidationError("--from takes a numeric address, not '\(from)'")
        }
        return address
    }

    private func actions() throws -> ClientScript {
        var text = script
        if script.hasPrefix("@") {
            guard let read = try? String(contentsOfFile: String(script.dropFirst()), encoding: .utf8) else {
                throw ValidationError("cannot read the script \(script.dropFirst())")
            }
            text = read
        }
        var parsed = try ClientScript(parsing: text)
        if minimise { parsed.actions.insert(.minimise, at: 0) }
        return parsed
    }

    private func pause() throws -> Duration? {
        guard let hangAfter else { return nil }
        guard let duration = DurationText.parse(hangAfter) else {
            throw ValidationError("--hang-after takes a duration like 10s, not '\(hangAfter)'")
        }
        return duration
    }
}
