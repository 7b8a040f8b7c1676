import ArgumentParser
import Ghosts

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show every server's connections, and for how long a dead peer would be held. The default.",
        usage: "tsghosts [list] [<options>]",
        discussion: """
            Reads and changes nothing, sends nothing, and works for anybody.

            \(Listing.legend)

            EXAMPLES
              tsghosts
              tsghosts list --each --port 22
              tsghosts list --process postgres --silent 10m --json | jq .servers
              tsghosts list --netns all

            EXIT STATUS
              0 when it could look, 1 when not, 64 for a wrong command line.
            """)

    @OptionGroup var selection: Selection

    @Flag(help: "List connections, the worst first.")
    var each = false

    @Flag(help: "Print JSON by docs/tsghosts.schema.json and nothing else.")
    var json = false

    func run() throws {
        try told {
            let survey = try Survey.take(try NamespaceView.open(selection.netns), try selection.filter())
            Output.rights(survey)
            if json {
                try Output.json(survey.census)
            } else if survey.census.connections.isEmpty {
                Output.line("no such connections")
            } else {
                Output.line(each ? Listing.connections(survey.census) : Listing.servers(survey.census))
            }
        }
    }
}

/// Runs a command; what it throws is told in one line, with exit code 1.
func told(_ body: () throws -> Void) throws {
    do {
        try body()
    } catch let error as ExitCode {
        throw error
    } catch let error as ValidationError {
        throw error
    } catch {
        Output.error("\(error)")
        throw ExitCode(1)
    }
}
