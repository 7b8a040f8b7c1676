import ArgumentParser
import CLinux
import Ghosts
import Glibc
import SocketDiag

struct SetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Give keepalive or a user timeout to the connections of a server that is running.",
        usage: "tsghosts set <what> [<options>]\n       tsghosts set --restore <file>",
        discussion: """
            What a socket had before is written to the undo file first. A parameter that
            is not named stays as the socket has it.

            EXAMPLES
              tsghosts set tcp-keepalive:time=60s,interval=10s,count=3 --port 22
              tsghosts set tcp-keepalive:time=60s+tcp-user-timeout:timeout=90s --follow
              tsghosts set --restore tsghosts-undo.ndjson

            EXIT STATUS
              0 when every connection has it, 1 when some could not be given it, 64 for a
              wrong command line, 130 when --follow was interrupted.
            """)

    @Argument(help: "What to set: tcp-keepalive:time=,interval=,count= and tcp-user-timeout:timeout=, or both joined with +.")
    var options: String?

    @OptionGroup var selection: Selection

    @Flag(help: "Go on for connections that come later, until interrupted.")
    var follow = false

    @Option(help: ArgumentHelp("How often to look for later ones.", valueName: "duration"))
    var every = "1s"

    @Option(help: ArgumentHelp("Where to write what sockets had before.", valueName: "file"))
    var undo = "tsghosts-undo.ndjson"

    @Option(help: ArgumentHelp("Put back what this file says, for connections that are still there.", valueName: "file"))
    var restore: String?

    func validate() throws {
        guard (options == nil) != (restore == nil) else { throw ValidationError("name what to set, or a file to --restore") }
        if let options {
            do throws(OptionsTextError) {
                _ = try OptionsChange(parsing: options)
            } catch {
                throw ValidationError(error.description)
            }
        }
        _ = try Selection.duration("--every", every)
    }

    func run() throws {
        try told {
            let views = try NamespaceView.open(selection.netns)
            if let restore { return try putBack(restore) }
            let change = try OptionsChange(parsing: options ?? "")
            let setter = Setter(change, undo: try UndoFile(writing: undo))
            let filter = try selection.filter()
            let signals = linux_open_end_signals()
            defer { close(signals) }
            var first = true
            while true {
                let survey = try Survey.take(views, filter)
                if first { Output.rights(survey) }
                let outcome = try setter.apply(to: survey)
                if first || outcome.changed + outcome.failed > 0 { Output.line(outcome.text) }
                first = false
                guard follow else {
                    if outcome.failed > 0 { throw ExitCode(1) }
                    return
                }
                var ready = pollfd(fd: signals, events: Int16(POLLIN), revents: 0)
                let wait = try Selection.duration("--every", every)
                if poll(&ready, 1, Int32(clamping: wait.nanoseconds / 1_000_000)) > 0 { throw ExitCode(130) }
            }
        }
    }

    private func putBack(_ file: String) throws {
        let entries = try UndoFile.read(file)
        // The oldest entry of a socket is what it had at first: it must be the last to be put back.
        var rounds: [[(record: GuardRecord, changed: LivenessOptions)]] = []
        var entriesOf: [UInt64: Int] = [:]
        for entry in entries.reversed() {
            let round = entriesOf[entry.record.cookie, default: 0]
            entriesOf[entry.record.cookie] = round + 1
            if round == rounds.count { rounds.append([]) }
            rounds[round].append((entry.record, entry.set))
        }
        var processes = ProcessCache()
        var (refused, gone) = (0, 0)
        for round in rounds {
            let outcome = GuardRecord.restore(round, &processes)
            (refused, gone) = (refused + outcome.refused, gone + outcome.gone)
        }
        Output.line("put back: \(entries.count - refused - gone); connections that are gone or not to be had: \(gone); refused: \(refused)")
        if refused > 0 { throw ExitCode(1) }
    }
}
