import ArgumentParser
import Version

/// The command line of the laboratory.
@main
struct TSLab: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tslab",
        abstract: "A laboratory for terminal sessions that outlive their clients.",
        version: Version.current,
        subcommands: [
            Reproduce.self, Sweep.self, Forecast.self, StressCommand.self, WitnessCommand.self, LineCommand.self, DoctorCommand.self,
            DescribeCommand.self,
        ])
}
