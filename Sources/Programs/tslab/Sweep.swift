import ArgumentParser
import Arguments
import Faults
import Lab
import Line
import Liveness
import Time
import Transport

/// `tslab sweep`: policies over lines that are paid for by the call.
struct Sweep: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run every policy over a dial-on-demand line: time to detection, and what it costs.",
        usage: "tslab sweep [OPTION ...]",
        discussion: """
            As reproduce, with a line of its own between each cell's clients and its
            server: a process between two TUN devices that every packet goes through,
            which dials, hangs up, and writes down the packet that caused each call. One
            of the well users types a letter now and then, so that there are calls for
            other reasons too. Counted is what the line cost from the moment that all
            clients are there to the return of the first user; what 30 days of the same
            would cost is extrapolated from that.

            EXAMPLES
              tslab sweep
              tslab sweep --line 'isdn-64k:idle=4s,dial=1s;lte:idle=4s' --fault power-off
              tslab sweep --policy tcp-keepalive:interval=1s,count=5 \\
                  --interval 6s,12s,24s --fault power-off
              tslab sweep --json | jq '.cells[] |
                  {policyParameters, line: .line.livenessCalls, p50: .detectionSeconds.p50}'

            --interval puts each policy that does something regularly to work at each of
            these intervals: keepalive's time, the heartbeat's, the clock's,
            line-aware's. Lines are separated by ';'. Policies, faults and transports are
            listed by tslab reproduce --help.

            LINES
            \(LinePlan.help)

            EXIT STATUS
              0 when everything it set out to show was shown, 1 when not or when it could
              not run, 2 when evidence was lost, 64 for a wrong command line, 130 when
              interrupted. Whatever ends it, what was seen is written.
            """)

    @Option(help: ArgumentHelp("Policies.", valueName: "policy;..."), completion: .names(LivenessPolicy.names, separators: [",", ";"]))
    var policy: [String] = []

    @Option(parsing: .unconditional, help: ArgumentHelp("Intervals for the policies that have one.", valueName: "duration,..."))
    var interval: String?

    @Option(help: ArgumentHelp("Faults.", valueName: "fault,..."), completion: .names(Fault.allCases.map(\.rawValue)))
    var fault: [String] = []

    @Option(
        help: ArgumentHelp("Lines; 'none' for nothing between clients and server.", valueName: "line;..."),
        completion: .list(LinePlan.presets.map(\.name)))
    var line = ReproductionPlan.sweepLine

    @Option(help: ArgumentHelp("What calls cost: see tslab line --help.", valueName: "tariff"))
    var tariff = ReproductionPlan.sweepTariff

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How often the user who works types a letter; 'never' for a site where everybody idles.", valueName: "duration"))
    var workEvery = "35s"

    @Option(parsing: .unconditional, help: "How many clients the fault strikes in each cell; a quarter as many stay well beside them.")
    var clients = "3"

    @Option(parsing: .unconditional, help: ArgumentHelp("How long to look after the fault.", valueName: "duration"))
    var horizon = DurationText.format(ReproductionPlan.sweepHorizon)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "When the users of struck clients come back, after the fault, or 'never'; 25s before the horizon by default.",
            valueName: "duration|never"))
    var returnAfter: String?

    @Option(
        help: ArgumentHelp("Transports: \(TransportKind.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "transport,..."),
        completion: .names(TransportKind.allCases.map(\.rawValue)))
    var transport = "tcp"

    @Option(parsing: .unconditional, help: "Repeats the same choice of clients and the same losses.")
    var seed = "1"

    @Option(help: ArgumentHelp("Where to write.", valueName: "directory"), completion: .directory)
    var out = "tslab-sweep"

    @OptionGroup var table: TableOptions

    func validate() throws {
        try table.validate(keys: ResultsTable.keys)
        _ = try plan()
    }

    func run() throws { try ReproductionCommand.run(try plan(), out: out, options: table) }

    /// More cells at once than this would measure how busy two processors are.
    private static let mostCells = 48

    private func plan() throws -> ReproductionPlan {
        var plan = try ReproductionPlan.sweep()
        // A line has one network for them.
        plan.clients = try OptionValue.whole("--clients", clients, in: 1...100)
        plan.seed = try OptionValue.seed(seed)
        plan.transports = try OptionValue.transports(transport)
        plan.horizon = try OptionValue.duration("--horizon", horizon, in: .seconds(40)...(.seconds(86_400)))
        plan.userReturn = try UserReturn(option: returnAfter, horizon: plan.horizon)
        if !policy.isEmpty { plan.policies = try OptionValue.policies(policy) }
        if let interval { plan.policies = try Self.vary(plan.policies, interval) }
        plan.datagramPolicies = plan.policies
        if !fault.isEmpty { plan.faults = try OptionValue.faults(fault) }
        plan.lines = try OptionValue.lines(line)
        plan.tariff = try OptionValue.tariff(tariff)
        plan.worksEvery = workEvery == "never" ? nil : try OptionValue.duration("--work-every", workEvery, in: Self.intervals)
        let cells = plan.cells.count
        guard 1...Self.mostCells ~= cells else {
            throw ValidationError(
                "that makes \(cells) cells, and 1 to \(Self.mostCells) run side by side: name fewer policies, faults or lines")
        }
        return plan
    }

    private static let intervals = Duration.seconds(1)...(.seconds(86_400))

    private static func vary(_ policies: [LivenessPolicy], _ intervals: String) throws -> [LivenessPolicy] {
        let intervals = try OptionValue.durations("--interval", intervals, in: Self.intervals)
        return try policies.flatMap { policy in
            let varied = intervals.compactMap { policy.every($0) }
            // Read again, since a policy may not take every interval.
            for policy in varied { _ = try OptionValue.parsed("--interval", "") { _ in try LivenessPolicy(parsing: policy.description) } }
            return varied.isEmpty ? [policy] : varied
        }
    }
}
