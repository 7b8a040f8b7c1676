import Contracts
import Faults
import Liveness
import Measurement
import Netlab
import Sessions
import Time
import Transport

/// One cell at work: its server, its load, and what both say.
final class CellRun {
    let plan: CellPlan
    /// The server's address, in host byte order; the cell's alone, so that its packets are known by it.
    let serverAddress: UInt32
    var beliefs: [SessionEvent] { feed?.beliefs ?? [] }
    var truth: [TruthEvent] { load?.truth ?? [] }
    /// When the first client was struck.
    var struck: MonotonicTime? { load?.struck }
    var loggedOn: Int { load?.loggedOn ?? 0 }
    /// Sessions whose clients are gone and that are Active all the same, right now.
    var orphansNow: Int { lost.count }

    private let number: Int
    private let firstWorkstation: Int
    private let experiment: Experiment
    private var line: CellLine?
    private var server: LineProcess?
    private var load: LoadRun?
    private var feed: BeliefFeed?
    /// When the server was first seen to have ended its stream of beliefs.
    private var cutSince: MonotonicTime?
    /// Addresses of struck clients whose sessions are Active, and of those whose sessions left Active before we heard
    /// what struck them.
    private var lost: Set<String> = []
    private var known: Set<String> = []

    /// A server that ends closes its stream a moment before the kernel tells of its end.
    private static let cutGrace = Duration.milliseconds(500)

    /// - Parameters:
    ///   - number: 1 and up; gives the cell its address.
    ///   - firstWorkstation: where the cell's own stretch of workstations begins.
    init(_ plan: CellPlan, number: Int, firstWorkstation: Int, in experiment: Experiment) {
        self.plan = plan
        self.number = number
        self.firstWorkstation = firstWorkstation
        self.experiment = experiment
        serverAddress = PrivateNetwork.serverAddress(number)
    }

    private var target: Endpoint { plan.transport.endpoint(at: serverAddress) }
    private var adminPath: String { "/run/cell\(number).sock" }

    /// Starts the line, where there is one, then the server, then, when it listens, the load.
    func start(programs: Programs, seed: UInt64, horizon: Duration) throws {
        guard let plan = plan.line else { return try startServer(programs, seed: seed, horizon: horizon) }
        line = try CellLine(
            plan, tariff: self.plan.tariff, cell: number, networks: Workstations(first: firstWorkstation).networks,
            seed: seed &+ UInt64(number), in: experiment
        ) { [unowned self] in
            do { try startServer(programs, seed: seed, horizon: horizon) } catch { experiment.fail("\(self.plan.name): \(error)") }
        }
    }

    private func startServer(_ programs: Programs, seed: UInt64, horizon: Duration) throws {
        let (executable, arguments) = experiment.network.command(
            in: .server, programs.tsserver,
            [
                "--listen", target.description, "--admin", adminPath, "--liveness", policy.description, "--allow-any-user",
                // What is measured is what becomes of clients that are on; how fast a busy machine lets them on is not.
                "--handshake-deadline", "1m",
                // What is measured is read from the wire.
                "--security", "rdp", "--encryption-level", "none",
            ])
        server = try LineProcess(
            executable, arguments, log: log("tsserver"), on: experiment.loop,
            onLine: { [unowned self] line in
                guard String(decoding: line, as: UTF8.self).hasPrefix("listening") else { return }
                begin(programs, seed: seed, horizon: horizon)
            })
    }

    /// Ends the loads of several cells, then their servers.
    static func stop(_ cells: [CellRun]) {
        LoadRun.stop(cells.compactMap(\.load))
        for cell in cells { cell.feed?.close() }
        LineProcess.stop(cells.compactMap(\.server))
    }

    /// Why the cell cannot go on: a program of it has ended before its time, or what it says is not heard any more.
    func broken(at now: MonotonicTime) -> String? {
        if let server, !server.isRunning {
            return "\(plan.name): \(LastWords.ended("tsserver", server, log: log("tsserver")))"
        }
        if let broken = load?.broken ?? line?.broken { return broken }
        guard let cut = feed?.cut else { return nil }
        cutSince = cutSince ?? now
        guard let cutSince, now > cutSince + Self.cutGrace else { return nil }
        experiment.lose("\(plan.name): tsserver's beliefs: \(cut)")
        return "\(plan.name): what tsserver believes is not heard any more"
    }

    /// The policy, with the cell's own line for one that listens to a line.
    private var policy: LivenessPolicy {
        var policy = plan.policy
        if policy.line != nil, let line { policy.line = line.run.control }
        return policy
    }

    /// Ends the line, where there is one, and says what went over it and what that cost.
    ///
    /// - Parameter end: when the looking ends.
    func closeLine(
        until end: MonotonicTime, classify: @escaping TrafficAccount.Classifier, onPacket: @escaping (TrafficAccount.Packet) -> Void
    ) -> (traffic: CellTraffic, cost: LineCost)? {
        line?.close(server: serverAddress, window: idleWindow(until: end), classify: classify, onPacket: onPacket)
    }

    /// From the moment that all clients are there to the first user's coming back.
    private func idleWindow(until end: MonotonicTime) -> Range<MonotonicTime> {
        let ready = truth.first { $0.event == .ready }?.t ?? end
        return ready..<max(ready, truth.first { $0.event == .returning }?.t ?? end)
    }

    private func begin(_ programs: Programs, seed: UInt64, horizon: Duration) {
        do {
            feed = try BeliefFeed(of: plan.name, at: .unix(path: adminPath), in: experiment) { [unowned self] in hear(belief: $0) }
            load = try startLoad(programs, seed: seed, horizon: horizon)
        } catch {
            experiment.fail("\(plan.name): \(error)")
        }
    }

    private func startLoad(_ programs: Programs, seed: UInt64, horizon: Duration) throws -> LoadRun {
        var options: [String] = []
        if let after = plan.returnAfter(horizon: horizon) {
            options += ["--return", "spare", "--return-after", DurationText.format(after), "--return-over", "2s"]
        }
        if plan.isBusy { options.append("--flood") }
        if let interval = plan.worksEvery { options += ["--work-every", DurationText.format(interval)] }
        // The clock's traffic is what that policy is made of; a minimised client would get none.
        if plan.policy.clockInterval != nil { options.append("--show") }
        return try LoadRun(
            LoadRun.Plan(
                target: target, fault: plan.fault, faulted: plan.faulted, clients: plan.clients,
                rate: plan.rate, calm: plan.calm, firstWorkstation: firstWorkstation, seed: seed &+ UInt64(number),
                more: options),
            name: plan.name, log: log("tsload"), program: programs.tsload, in: experiment,
            heard: { [unowned self] in hear(truth: $0) })
    }

    private func log(_ program: String) -> String { experiment.directory.log("cell-\(number)-\(plan.name)-\(program)") }

    private func hear(truth event: TruthEvent) {
        guard event.event == .struck, plan.fault.orphans, let address = event.address, !known.contains(address)
        else { return }
        lost.insert(address)
    }

    private func hear(belief event: SessionEvent) {
        guard event.from == .active, event.to != .active, let address = event.address else { return }
        // The server may know before we hear of the fault, as after a kill.
        if lost.remove(address) == nil { known.insert(address) }
    }
}
