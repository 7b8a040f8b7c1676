import ArgumentParser
import Ghosts

struct AskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask",
        abstract: "Prove which peers are gone. Ends nothing and leaves no option changed.",
        usage: "tsghosts ask [<options>]",
        discussion: """
            Each connection's own kernel is made to ask: a keepalive probe at once and
            another each second, until something comes or the questions are used up.
            Where data is in flight or the window is closed the kernel asks already, and
            what it has sent unanswered counts.

            A peer that answers is a machine, or a proxy before it, that is there. Its
            program may hang all the same: tsghosts list shows whose window is closed.
            A peer is gone if nothing came back, by whatever cause: a cut line is proof
            only for as long as it is cut.

            It takes root or CAP_SYS_PTRACE, or to be the user whose server it is.

            EXAMPLES
              tsghosts ask --port 22
              tsghosts ask --silent 10m --each
              tsghosts ask --process postgres --only-while-up isdn0 --json

            EXIT STATUS
              0 when all have a verdict, 1 when some could not be asked, 64 for a wrong
              command line, 130 when interrupted.
            """)

    @OptionGroup var selection: Selection
    @OptionGroup var asking: AskingOptions

    @Flag(help: "List those that answered, too.")
    var each = false

    @Flag(help: "Print JSON by docs/tsghosts.schema.json and nothing else.")
    var json = false

    func run() throws {
        try told {
            let survey = try Survey.take(try NamespaceView.open(selection.netns), try selection.filter())
            Output.rights(survey)
            let run = try AskRun(survey, asking)
            if json {
                try Output.json(run.asker.census)
            } else {
                if let verdicts = Listing.verdicts(run.asker.census, all: each) { Output.line(verdicts) }
                Output.line(Listing.outcome(run.asker.census))
            }
            try run.exit()
        }
    }
}
