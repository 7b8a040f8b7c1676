import ArgumentParser
import Lab
import Time
import Transport

/// `tslab stress`: everything at once, for as long as asked.
struct StressCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stress",
        abstract: "Let a seeded storm of logons, typing, output and faults loose on one server, and hold it to its invariants.",
        discussion: """
            Builds a network of its own as reproduce does. Each user has two workstations, which log on, type, flood, lose
            power, reboot, hang, freeze, die, lose their line, disconnect and log off by a schedule that follows from the
            seed alone, over all transports at once: a user may have one client on TCP and one on NetBEUI. At the end: no
            session lost or twice there, nobody with another's state, no limit exceeded, every orphan found in its policy's
            time, nobody disconnected without a cause, descriptors and memory flat.

            Where one does not hold, the schedule is kept and ever shorter beginnings of it are run to find the shortest
            that still fails.

            EXAMPLES
              tslab stress
              tslab stress --seed 7 --for 30m --clients 200
              tslab stress --seed 7 --for 2m --transport spx,nbf --prefix 120

            EXIT STATUS
              0 when every invariant held, 1 when not or when it could not run, 2 when evidence was lost, 64 for a wrong
              command line, 130 when interrupted. Whatever ends it, what was seen is written.
            """)

    @Option(help: "Repeats the same storm.")
    var seed: UInt64 = 1

    @Option(name: .customLong("for"), help: ArgumentHelp("How long it goes on.", valueName: "duration"))
    var length = "2m"

    @Option(help: "How many users.")
    var clients = 60

    @Option(help: ArgumentHelp("Transports: tcp, spx, nbf. Workstations take turns.", valueName: "transport,..."))
    var transport = TransportKind.allCases.map(\.rawValue).joined(separator: ",")

    @Option(
        help: ArgumentHelp(
            "Every lost client is to be known of within this, instead of within what the policy promises.", valueName: "duration"))
    var bound: String?

    @Option(help: ArgumentHelp("Run only the first so many actions.", valueName: "actions"))
    var prefix: Int?

    @Option(help: ArgumentHelp("Most runs made to find the shortest beginning that fails.", valueName: "runs"))
    var reruns = 6

    @Option(help: ArgumentHelp("Where to write the schedule, the events and the programs' logs.", valueName: "directory"))
    var out = "tslab-stress"

    @Flag(help: "Print the outcome as JSON, and nothing else, on standard output.")
    var json = false

    func validate() throws {
        guard 1...10_000 ~= clients else { throw ValidationError("--clients takes a number from 1 to 10000") }
        guard prefix ?? 0 >= 0, reruns >= 0 else { throw ValidationError("--prefix and --reruns take no negative numbers") }
        _ = try plan()
    }

    func run() throws {
        let plan = try plan()
        try RunCommand.run(out: out, json: json) {
            Stress.run(plan, in: $0)
        } text: {
            $0.text
        }
    }

    private func plan() throws -> StressPlan {
        guard let length = DurationText.parse(length), length >= .seconds(1) else {
            throw ValidationError("--for takes a duration of at least 1s, not '\(length)'")
        }
        var plan = StressPlan(
            seed: seed, length: length, clients: clients, transports: try TransportKind.list(transport), prefix: prefix)
        plan.bound = try bound.map { text in
            guard let bound = DurationText.parse(text) else {
                throw ValidationError("--bound takes a duration like 7500ms, not '\(text)'")
            }
            return bound
        }
        plan.reruns = reruns
        return plan
    }
}
