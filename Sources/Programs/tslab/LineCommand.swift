import ArgumentParser
import Arguments
import Foundation
import Lab
import Line
import ProgramLog

/// `tslab line`: the line that is dialled on demand, by itself.
struct LineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "line",
        abstract: "Carry packets between the lab's two namespaces as a line would, and count what that costs.",
        usage: "tslab line --preset LINE [OPTION ...]",
        discussion: """
            Opens the TUN interfaces tslab0 in the network namespace 'server' and tslab1
            in 'clients', makes them where they are missing, and passes every packet
            between them, with the line's rate, delay, queue and losses, dialling where
            it is dialled on demand. Prints 'ready' once packets pass; ends on SIGTERM
            and then prints a summary in JSON: calls, upSeconds, charge, bytes by kind of
            packet, drops by reason. The log has the same of each call.

            LINES
            \(LinePlan.help)

            A tariff is a price and a unit, '0.12 DEM/90s', and what is to be added:
              setup=0.06      for each call answered
              minimum=0.20    the least a call costs
              18-21=150s      from 18:00 to 21:00 a unit lasts 150 s
            or telekom-1996: Deutsche Telekom, zone City, 1996, which is
            '0.12 DEM/90s,5-9=150s,18-21=150s,21-5=240s'.

            The control socket speaks NDJSON: it says {"state":"up","t":NANOSECONDS} at
            first and on each change (down, dialling, engaged, up, cut), and takes
            {"command":"cut"}, "heal" and "summary".

            EXAMPLES
              tslab line --preset isdn-64k:idle=60s --tariff '0.12 DEM/90s' \\
                  --control /run/line.sock --log line.ndjson
              tslab line --preset wifi-lossy:forget=5m,cut=30s+5s
              socat - UNIX-CONNECT:/run/line.sock

            EXIT STATUS
              0 when it was ended by a signal, 1 when it could not run, 2 when its log is
              not whole, 64 for a wrong command line.
            """)

    @Option(help: ArgumentHelp("The line.", valueName: "line"), completion: .list(LinePlan.presets.map(\.name)))
    var preset: String

    @Option(help: ArgumentHelp("What calls cost, by the local hour of day.", valueName: "tariff"))
    var tariff: String?

    @Option(help: ArgumentHelp("A UNIX socket to listen at.", valueName: "path"), completion: .file())
    var control: String?

    @Option(help: ArgumentHelp("NDJSON of every change and every call.", valueName: "file"), completion: .file())
    var log: String?

    @Option(help: ArgumentHelp("Other TUN interfaces than tslab0 and tslab1.", valueName: "server's,clients'"))
    var interfaces: String?

    @Option(parsing: .unconditional, help: "Repeats the same losses, jitter and engaged lines.")
    var seed = "1"

    func validate() throws { _ = try options() }

    func run() throws {
        do {
            let line = try LineProgram(try options())
            let summary = try line.run()
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            FileHandle.standardOutput.write(try encoder.encode(summary) + Data("\n".utf8))
            if let trouble = line.logTrouble {
                ErrorOutput.shared.say("tslab line: \(trouble)")
                throw ExitCode(LineProgram.logLost)
            }
        } catch let code as ExitCode {
            throw code
        } catch {
            ErrorOutput.shared.say("tslab line: \(error)")
            throw ExitCode(1)
        }
    }

    private func options() throws -> LineProgram.Options {
        var options = LineProgram.Options(
            plan: try OptionValue.line("--preset", preset), tariff: try tariff.map { try OptionValue.tariff($0) },
            seed: try OptionValue.seed(seed), control: control, log: log)
        if let interfaces {
            let names = try OptionValue.list("--interfaces", interfaces, form: "two names like line1s,line1c")
            guard names.count == 2, Set(names).count == 2, names.allSatisfy({ 1...15 ~= $0.utf8.count && !$0.contains("/") }) else {
                throw OptionValue.wrong("--interfaces", "two names of at most 15 bytes, like line1s,line1c", interfaces)
            }
            options.interfaces = names
        }
        return options
    }
}
