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
        usage: "tslab reproduce [OPTION ...]",
        discussion: """
            Builds two network namespaces of its own (no root needed where user
            namespaces work), runs a tsserver and a tsload for each cell of the matrix
            side by side, and writes results.json, report.html, events.ndjson and the
            packets themselves, wire.pcapng, to the output directory.

            EXAMPLES
              tslab reproduce
              tslab reproduce --clients 200 --horizon 40s --fault power-off,hang \\
                  --policy none,heartbeat:interval=3s,misses=3
              tslab reproduce --transport tcp,spx,nbf --policy none \\
                  --fault power-off,hang --clients 100
              tslab reproduce --busy --clients 20 --fault hang \\
                  --policy none,tcp-user-timeout:timeout=10s
              tslab reproduce --json |
                  jq '.cells[] | {policy, fault, orphansAtHorizon}'

            Several policies are separated by ';' or by giving the option again; a ','
            belongs to a policy's parameters where a name and '=' follow it.

            POLICIES
            \(LivenessPolicy.help)

            FAULTS
            \(Fault.help)

            TRANSPORTS
            \(TransportKind.help)

            EXIT STATUS
              0 when everything it set out to show was shown, 1 when not or when it could
              not run, 2 when evidence was lost, 64 for a wrong command line, 130 when
              interrupted. Whatever ends it, what was seen is written.
            """)

    @Option(
        parsing: .unconditional,
        help: "How many clients lose power on the server as shipped; a tenth of them, at least 100, in the other cells.")
    var clients = "1000"

    @Option(parsing: .unconditional, help: ArgumentHelp("How long to look after the fault.", valueName: "duration"))
    var horizon = DurationText.format(ReproductionPlan.standardHorizon)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "When the users of struck clients come back, after the fault, or 'never'; 9s before the horizon by default.",
            valueName: "duration|never"))
    var returnAfter: String?

    @Option(
        help: ArgumentHelp("Transports: \(TransportKind.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "transport,..."),
        completion: .names(TransportKind.allCases.map(\.rawValue)))
    var transport = TransportKind.allCases.map(\.rawValue).joined(separator: ",")

    @Option(help: ArgumentHelp("Policies.", valueName: "policy,..."), completion: .names(LivenessPolicy.names, separators: [",", ";"]))
    var policy: [String] = []

    @Option(help: ArgumentHelp("Faults.", valueName: "fault,..."), completion: .names(Fault.allCases.map(\.rawValue)))
    var fault: [String] = []

    @Flag(help: "Sessions send output continuously, so that there is always data pending: the article's stress.")
    var busy = false

    @Option(parsing: .unconditional, help: "Repeats the same choice of clients.")
    var seed = "1"

    @Option(help: ArgumentHelp("Where to write.", valueName: "directory"), completion: .directory)
    var out = "tslab-results"

    @OptionGroup var table: TableOptions

    func validate() throws {
        try table.validate(keys: ResultsTable.keys)
        _ = try plan()
    }

    func run() throws { try ReproductionCommand.run(try plan(), out: out, options: table) }

    /// The workstations of all cells together, of which the lab's network has 32,768 and as many spares.
    private static let mostWorkstations = 30_000

    private func plan() throws -> ReproductionPlan {
        var plan = ReproductionPlan(
            clients: try OptionValue.whole("--clients", clients, in: 1...10_000),
            horizon: try OptionValue.duration("--horizon", horizon, in: .seconds(10)...(.seconds(86_400))),
            seed: try OptionValue.seed(seed))
        plan.isBusy = busy
        plan.userReturn = try UserReturn(option: returnAfter, horizon: plan.horizon)
        plan.transports = try OptionValue.transports(transport)
        if !policy.isEmpty {
            plan.policies = try OptionValue.policies(policy)
            plan.datagramPolicies = plan.policies
        }
        if !fault.isEmpty { plan.faults = try OptionValue.faults(fault) }
        let workstations = plan.cells.reduce(0) { $0 + $1.clients }
        guard workstations <= Self.mostWorkstations else {
            throw ValidationError(
                "that makes \(workstations) clients in \(plan.cells.count) cells, and the lab has room for \(Self.mostWorkstations): "
                    + "take fewer clients, policies, faults or transports")
        }
        return plan
    }
}
