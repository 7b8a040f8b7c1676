import Faults
import Netlab
import Time
import Transport

/// One tsload that strikes its clients with a fault, and how far it has got.
final class LoadRun {
    /// When the first client was struck.
    private(set) var struck: MonotonicTime?
    private(set) var loggedOn = 0
    private let name: String
    private let heard: (TruthEvent) -> Void
    private var feed: TruthFeed?

    /// Whom the load strikes with what.
    struct Plan {
        var target: Endpoint
        var fault: Fault
        var faulted: Int
        var clients: Int
        /// Clients started a second.
        var rate: Int
        /// How long after the last logon the fault strikes.
        var calm = ReproductionPlan.calm
        /// Where the load's own stretch of workstations begins.
        var firstWorkstation: Int
        var seed: UInt64
        /// What else tsload is told.
        var more: [String] = []
    }

    /// - Parameters:
    ///   - name: whose load it is, for events and complaints.
    ///   - log: gets what tsload says on standard error.
    ///   - heard: hears of each truth.
    init(
        _ plan: Plan, name: String, log: String, program: String, in experiment: Experiment,
        heard: @escaping (TruthEvent) -> Void = { _ in }
    ) throws(NetlabError) {
        self.name = name
        self.heard = heard
        let fault = FaultPlan(
            plan.fault, share: Double(plan.faulted) / Double(plan.clients), at: plan.calm,
            lasting: ReproductionPlan.lasting)
        feed = try TruthFeed(
            of: name, log: log, program: program,
            options: [
                "--target", plan.target.description, "--clients", "\(plan.clients)", "--rate", "\(plan.rate)",
                "--first-workstation", "\(plan.firstWorkstation)", "--fault", fault.description, "--seed", "\(plan.seed)",
            ] + plan.more, in: experiment, heard: { [unowned self] in hear($0) })
    }

    var truth: [TruthEvent] { feed?.truth ?? [] }

    /// Why the load ended before its time; nil while it runs.
    var broken: String? { feed?.broken.map { "\(name): \($0)" } }

    /// Ends several and hears their last words.
    static func stop(_ loads: [LoadRun]) { TruthFeed.stop(loads.compactMap(\.feed)) }

    private func hear(_ event: TruthEvent) {
        switch event.event {
        case .loggedOn: loggedOn += 1
        case .struck: struck = struck ?? event.t
        default: break
        }
        heard(event)
    }
}
