import ArgumentParser
import Faults
import Lab
import Liveness
import Time
import Transport

/// `tslab reproduce`: the article, as shipped and cured.
struct Reproduce: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let clients meet faults, policy beside policy, and see what the server believes.",
        discussion: """
            Builds two network namespaces of its own (no root needed where user namespaces work), runs a tsserver and a
            tsload for each cell of the matrix side by side, and writes results.json, report.html, events.ndjson and
            the packets themselves, wire.pcapng, to the output directory.

            EXAMPLES
              tslab reproduce
              tslab reproduce --clients 200 --horizon 40s --fault power-off,hang --policy none,heartbeat:interval=3s,misses=3
              tslab reproduce --transport tcp,spx,nbf --policy none --fault power-off,hang --clients 100
              tslab reproduce --busy --clients 20 --fault hang --policy none,tcp-user-timeout:timeout=10s
              tslab reproduce --json | jq '.cells[] | {policy, fault, orphansAtHorizon}'

            Several policies are parted by ';' or by giving the option again; a ',' belongs to a policy's parameters
            where a name and '=' follow it.

            EXIT STATUS
              0 when everything it set out to show was shown, 1 when not or when it could not run, 2 when evidence was
              lost, 64 for a wrong command line, 130 when interrupted. Whatever ends it, what was seen is written.
            """)

    @Option(help: "How many clients lose power on the server as shipped; a tenth of them, at least 100, in the other cells.")
    var clients = 1000

    @Option(help: ArgumentHelp("How long to look after the fault.", valueName: "duration"))
    var horizon = DurationText.format(ReproductionPlan.standardHorizon)

    @Option(
        help: ArgumentHelp(
            "When the users of struck clients come back, after the fault, or 'never'; 9s before the horizon by default.",
            valueName: "duration|never"))
    var returnAfter: String?

    @Option(help: ArgumentHelp("Transports: tcp, spx, nbf.", valueName: "transport,..."))
    var transport = TransportKind.allCases.map(\.rawValue).joined(separator: ",")

    @Option(help: ArgumentHelp("Policies.", valueName: "policy,..."))
    var policy: [String] = []

    @Option(help: ArgumentHelp("Faults.", valueName: "fault,..."))
    var fault: [String] = []

    @Flag(help: "Sessions put out without end, so that there is always something to send: the article's stress.")
    var busy = false

    @Option(help: "Repeats the same choice of clients.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Where to write.", valueName: "directory"))
    var out = "tslab-results"

    @OptionGroup var table: TableOptions

    func validate() throws {
        guard clients > 0 else { throw ValidationError("--clients takes a positive number") }
        try table.validate(keys: ResultsTable.keys)
        _ = try plan()
    }

    func run() throws { try ReproductionCommand.run(try plan(), out: out, options: table) }

    private func plan() throws -> ReproductionPlan {
        guard let horizon = DurationText.parse(horizon), horizon >= .seconds(10) else {
            throw ValidationError("--horizon takes a duration of at least 10s, not '\(horizon)'")
        }
        var plan = ReproductionPlan(clients: clients, horizon: horizon, seed: seed)
        plan.isBusy = busy
        plan.userReturn = try UserReturn(option: returnAfter, horizon: horizon)
        plan.transports = try TransportKind.list(transport)
        if !policy.isEmpty {
            plan.policies = try LivenessPolicy.list(policy)
            plan.datagramPolicies = plan.policies
        }
        if !fault.isEmpty { plan.faults = try Fault.list(fault) }
        return plan
    }
}
