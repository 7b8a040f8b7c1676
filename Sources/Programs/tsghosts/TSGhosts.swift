import ArgumentParser
import Version

/// The command line of tsghosts.
@main
struct TSGhosts: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tsghosts",
        abstract: "Find, ask and end the half-open connections of any server that is running now.",
        version: Version.current,
        subcommands: [ListCommand.self, AskCommand.self, EndCommand.self, SetCommand.self, GuardCommand.self, GuardianCommand.self],
        defaultSubcommand: ListCommand.self)
}
