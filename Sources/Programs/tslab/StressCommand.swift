import ArgumentParser
import Arguments
import Lab
import ProgramOptions
import Time
import Transport

/// `tslab stress`: everything at once, for as long as asked.
struct StressCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stress",
        abstract: "Run a seeded storm of logons, typing, output and faults against one server, and check its invariants.",
        usage: "tslab stress [OPTION ...]",
        discussion: """
            Builds a network of its own as reproduce does. Each user has two
            workstations, which log on, type, flood and meet every fault there is, by a
            schedule that follows from the seed alone, over all transports at once: a
            user may have one client on TCP and one on NetBEUI. At the end: no session
            lost or twice there, nobody with another's state, no limit exceeded, every
            orphan found in its policy's time, nobody disconnected without a cause,
            descriptors and memory flat.

            Where one does not hold, the schedule is kept and ever shorter beginnings of
            it are run to find the shortest that still fails.

            EXAMPLES
              tslab stress
              tslab stress --seed 7 --for 30m --clients 200
              tslab stress --seed 7 --for 2m --transport spx,nbf --prefix 120

            EXIT STATUS
              0 when every invariant held, 1 when not or when it could not run, 2 when
              evidence was lost, 64 for a wrong command line, 130 when interrupted.
              Whatever ends it, what was seen is written.
            """)

    @Option(parsing: .unconditional, help: "Repeats the same storm.")
    var seed = "1"

    @Option(name: .customLong("for"), parsing: .unconditional, help: ArgumentHelp("How long it goes on.", valueName: "duration"))
    var length = "2m"

    @Option(parsing: .unconditional, help: "How many users.")
    var clients = "60"

    @Option(
        help: ArgumentHelp("Transports: tcp, spx, nbf. Workstations take turns.", valueName: "transport,..."),
        completion: .names(TransportKind.allCases.map(\.rawValue)))
    var transport = TransportKind.allCases.map(\.rawValue).joined(separator: ",")

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Every orphan must be detected within this time, instead of within the policy's own bound.", valueName: "duration"))
    var bound: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Run only the first so many actions.", valueName: "actions"))
    var prefix: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Most runs made to find the shortest beginning that fails.", valueName: "runs"))
    var reruns = "6"

    @Option(
        help: ArgumentHelp("Where to write the schedule, the events and the programs' logs.", valueName: "directory"),
        completion: .directory)
    var out = "tslab-stress"

    @Flag(help: "Print the outcome as JSON, and nothing else, on standard output.")
    var json = false

    func validate() throws { _ = try plan() }

    func run() throws {
        let plan = try plan()
        try RunCommand.run(out: out, json: json) {
            Stress.run(plan, in: $0)
        } text: {
            $0.text
        }
    }

    private func plan() throws -> StressPlan {
        var plan = StressPlan(
            seed: try OptionValue.seed(seed), length: try OptionValue.duration("--for", length, in: .seconds(1)...(.seconds(7 * 86_400))),
            clients: try OptionValue.whole("--clients", clients, in: 1...10_000), transports: try OptionValue.transports(transport),
            prefix: try prefix.map { try OptionValue.whole("--prefix", $0, in: 0...1_000_000_000) })
        plan.bound = try bound.map { try OptionValue.duration("--bound", $0, in: .milliseconds(1)...(.seconds(86_400))) }
        plan.reruns = try OptionValue.whole("--reruns", reruns, in: 0...1000)
        return plan
    }
}
