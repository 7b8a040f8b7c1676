import EventLoop
import Faults
import Foundation
import Netlab
import Time
import Transport

/// One tsload at work among the workstations, and the truth it tells.
final class LoadRun {
    private(set) var truth: [TruthEvent] = []
    /// When the first client was struck.
    private(set) var struck: MonotonicTime?
    private(set) var loggedOn = 0
    private var process: LineProcess?
    private let decoder = JSONDecoder()
    private let heard: (TruthEvent) -> Void
    private let trouble: (String) -> Void

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
    ///   - log: gets what tsload says on standard error.
    ///   - heard: hears of each truth.
    ///   - trouble: hears why the truth cannot be known.
    init(
        _ plan: Plan, program: String, in network: PrivateNetwork, log: String, on loop: EventLoop,
        heard: @escaping (TruthEvent) -> Void = { _ in }, trouble: @escaping (String) -> Void
    ) throws(NetlabError) {
        self.heard = heard
        self.trouble = trouble
        let fault = FaultPlan(
            plan.fault, share: Double(plan.faulted) / Double(plan.clients), at: plan.calm,
            lasting: ReproductionPlan.lasting)
        let (executable, arguments) = network.command(
            in: .clients, program,
            [
                "--target", plan.target.description, "--clients", "\(plan.clients)", "--rate", "\(plan.rate)",
                "--first-workstation", "\(plan.firstWorkstation)",
                "--sources", SocketAddress.ipv4(PrivateNetwork.workstations, port: 0).host,
                "--fault", fault.description, "--seed", "\(plan.seed)", "--truth", "-",
            ] + plan.more)
        process = try LineProcess(executable, arguments, log: log, on: loop, onLine: { [unowned self] in hear($0) })
    }

    var isRunning: Bool { process?.isRunning == true }

    func stop() { process?.stop() }

    private func hear(_ line: [UInt8]) {
        guard let event = try? decoder.decode(TruthEvent.self, from: Data(line)) else {
            return trouble("tsload said what is no truth: \(String(decoding: line.prefix(80), as: UTF8.self))")
        }
        truth.append(event)
        switch event.event {
        case .loggedOn: loggedOn += 1
        case .struck: struck = struck ?? event.t
        default: break
        }
        heard(event)
    }
}
