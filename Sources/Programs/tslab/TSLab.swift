import ArgumentParser

/// The command line of the laboratory.
@main
struct TSLab: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tslab",
        abstract: "A laboratory for terminal sessions that outlive their clients.",
        subcommands: [
            Reproduce.self, Sweep.self, Forecast.self, StressCommand.self, WitnessCommand.self, LineCommand.self, DescribeCommand.self,
        ])
}
