import ArgumentParser
import Ghosts
import SocketDiag
import Time

struct EndCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end",
        abstract: "Ask, and end the connections of those peers that are proven gone, and no other.",
        usage: "tsghosts end [<options>]",
        discussion: """
            Asks as tsghosts ask does. A connection whose peer gave no answer is looked at
            once more and then ended by the kernel (SOCK_DESTROY): its server gets
            ECONNABORTED and does what it does when a client is lost.

            It takes root, or CAP_NET_ADMIN beside what asking takes.

            EXAMPLES
              tsghosts end --port 22 --silent 10m --dry-run
              tsghosts end --process postgres --silent 10m

            EXIT STATUS
              0 when all have a verdict and every ghost was ended, 1 when some could not
              be asked or ended, 64 for a wrong command line, 130 when interrupted.
            """)

    @OptionGroup var selection: Selection
    @OptionGroup var asking: AskingOptions

    @Flag(help: "Ask, and only tell whom it would end.")
    var dryRun = false

    @Flag(help: "Print JSON by docs/tsghosts.schema.json and nothing else.")
    var json = false

    func run() throws {
        try told {
            let survey = try Survey.take(try NamespaceView.open(selection.netns), try selection.filter())
            Output.rights(survey)
            var failure: SocketDiagError?
            let run = try AskRun(survey, asking) { asker in
                asker.onVerdict = { [unowned asker] index, verdict in
                    let ending = Ending(asker.census, index, views: survey.views)
                    do throws(SocketDiagError) {
                        guard try ending.isProven(verdict) else { return }
                        if !dryRun { try ending.carryOut(verdict) }
                        if !json { Output.line(ending.text(verdict, dryRun: dryRun)) }
                    } catch {
                        failure = error
                    }
                }
            }
            if json { try Output.json(run.asker.census) } else { Output.line(Listing.outcome(run.asker.census)) }
            if let failure { throw failure }
            try run.exit()
        }
    }
}
