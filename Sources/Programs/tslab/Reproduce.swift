import ArgumentParser
import Arguments
import Faults
import Lab
import Liveness
import Time
import Transport

/// `tslab reproduce`: the article, as shipped and cured.
struct Reproduce: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Strike clients with faults under each policy, and record what the server believes.",
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

            Separate several policies by ';' or give the option again; a ',' belongs to a policy's parameters
            where a name and '=' follow it.

            EXIT STATUS
              0 when everything it set out to show was shown, 1 when not or when it could not run, 64 for a wrong
              command line.
            """)

    @Option(help: "How many clients lose power on the server as shipped; a tenth of them, at least 100, in the other cells.")
    var clients = 1000

    @Option(help: ArgumentHelp("How long to look after the fault.", valueName: "duration"))
    var horizon = DurationText.format(ReproductionPlan.standardHorizon)

    @Option(
        help: ArgumentHelp("Transports: tcp, spx, nbf.", valueName: "transport,..."),
        completion: .names(TransportKind.allCases.map(\.rawValue)))
    var transport = TransportKind.allCases.map(\.rawValue).joined(separator: ",")

    @Option(help: ArgumentHelp("Policies.", valueName: "policy,..."), completion: .names(LivenessPolicy.names, separators: [",", ";"]))
    var policy: [String] = []

    @Option(help: ArgumentHelp("Faults.", valueName: "fault,..."), completion: .names(Fault.allCases.map(\.rawValue)))
    var fault: [String] = []

    @Flag(help: "Sessions send output continuously, so that there is always data pending: the article's stress.")
    var busy = false

    @Option(help: "Repeats the same choice of clients.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Where to write.", valueName: "directory"), completion: .directory)
    var out = "tslab-results"

    @Flag(help: "Print results.json, and nothing else, on standard output.")
    var json = false

    func validate() throws {
        guard clients > 0 else { throw ValidationError("--clients takes a positive number") }
        _ = try plan()
    }

    func run() throws { try ReproductionCommand.run(try plan(), out: out, json: json) }

    private func plan() throws -> ReproductionPlan {
        guard let horizon = DurationText.parse(horizon), horizon >= .seconds(10) else {
            throw ValidationError("--horizon takes a duration of at least 10s, not '\(horizon)'")
        }
        var plan = ReproductionPlan(clients: clients, horizon: horizon, seed: seed)
        plan.isBusy = busy
        plan.transports = try TransportKind.list(transport)
        if !policy.isEmpty {
            plan.policies = try LivenessPolicy.list(policy)
            plan.datagramPolicies = plan.policies
        }
        if !fault.isEmpty { plan.faults = try Fault.list(fault) }
        return plan
    }
}
