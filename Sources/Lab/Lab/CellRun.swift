import EventLoop
import Faults
import Foundation
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
    private(set) var beliefs: [SessionEvent] = []
    var truth: [TruthEvent] { load?.truth ?? [] }
    /// When the first client was struck.
    var struck: MonotonicTime? { load?.struck }
    var loggedOn: Int { load?.loggedOn ?? 0 }
    /// Sessions whose clients are gone and that are Active all the same, right now.
    var orphansNow: Int { lost.count }

    private let number: Int
    private let firstWorkstation: Int
    private var isStopping = false
    private let network: PrivateNetwork
    private let directory: URL
    private let loop: EventLoop
    private var line: CellLine?
    private var server: LineProcess?
    private var load: LoadRun?
    private var events: (any Connection)?
    private var partial: [UInt8] = []
    private let decoder = JSONDecoder()
    /// Addresses of struck clients whose sessions are Active, and of those whose sessions left Active before we heard
    /// what struck them.
    private var lost: Set<String> = []
    private var known: Set<String> = []
    private let trouble: (String) -> Void

    /// - Parameters:
    ///   - number: 1 and up; gives the cell its address.
    ///   - firstWorkstation: where the cell's own stretch of workstations begins.
    ///   - trouble: hears why the cell cannot go on.
    init(
        _ plan: CellPlan, number: Int, firstWorkstation: Int, network: PrivateNetwork, directory: URL, loop: EventLoop,
        trouble: @escaping (String) -> Void
    ) {
        self.plan = plan
        self.number = number
        self.firstWorkstation = firstWorkstation
        self.network = network
        self.directory = directory
        self.loop = loop
        self.trouble = trouble
        serverAddress = PrivateNetwork.serverAddress(number)
    }

    private var target: Endpoint { plan.transport.endpoint(at: serverAddress) }
    private var adminPath: String { "/run/cell\(number).sock" }

    /// Starts the line, where there is one, then the server, then, when it listens, the load.
    func start(programs: Programs, seed: UInt64, horizon: Duration) throws {
        guard let plan = plan.line else { return try startServer(programs, seed: seed, horizon: horizon) }
        line = try CellLine(
            plan, tariff: self.plan.tariff, cell: number, networks: Workstations(first: firstWorkstation).networks,
            seed: seed &+ UInt64(number), network: network, directory: directory, on: loop
        ) { [unowned self] in
            do { try startServer(programs, seed: seed, horizon: horizon) } catch { trouble("\(self.plan.name): \(error)") }
        }
    }

    private func startServer(_ programs: Programs, seed: UInt64, horizon: Duration) throws {
        let (executable, arguments) = network.command(
            in: .server, programs.tsserver,
            [
                "--listen", target.description, "--admin", adminPath, "--liveness", policy.description, "--allow-any-user",
                // What is measured is what becomes of clients that are on; how fast a busy machine lets them on is not.
                "--handshake-deadline", "1m",
                // What is measured is read from the wire.
                "--security", "rdp", "--encryption-level", "none",
            ])
        server = try LineProcess(
            executable, arguments, log: log("tsserver"), on: loop,
            onLine: { [unowned self] line in
                guard String(decoding: line, as: UTF8.self).hasPrefix("listening") else { return }
                begin(programs, seed: seed, horizon: horizon)
            })
    }

    func stopLoad() { load?.stop() }

    func stopServer() {
        isStopping = true
        events?.close(.abort)
        server?.stop()
    }

    /// Whether a program of the cell has ended before its time.
    var isBroken: Bool { server?.isRunning == false || load?.isRunning == false || line?.run.isRunning == false }

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
    ) throws -> (traffic: CellTraffic, cost: LineCost, missing: Int)? {
        try line?.close(server: serverAddress, window: idleWindow(until: end), classify: classify, onPacket: onPacket)
    }

    /// From the moment that all clients are there to the first user's coming back.
    private func idleWindow(until end: MonotonicTime) -> Range<MonotonicTime> {
        let ready = truth.first { $0.event == .ready }?.t ?? end
        return ready..<max(ready, truth.first { $0.event == .returning }?.t ?? end)
    }

    private func begin(_ programs: Programs, seed: UInt64, horizon: Duration) {
        do {
            events = try HTTPClient.request(
                "GET", "/events", at: .unix(path: adminPath), on: loop,
                receive: { [unowned self] in receive($0) },
                done: { [unowned self] failure in if let failure, !isStopping { trouble("\(plan.name): \(failure)") } })
            load = try startLoad(programs, seed: seed, horizon: horizon)
        } catch {
            trouble("\(plan.name): \(error)")
        }
    }

    private func startLoad(_ programs: Programs, seed: UInt64, horizon: Duration) throws -> LoadRun {
        var options: [String] = []
        if plan.fault.orphans {
            options += [
                "--return", "spare", "--return-after",
                DurationText.format(max(.zero, horizon - plan.returnBeforeHorizon)), "--return-over", "2s",
            ]
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
            program: programs.tsload, in: network, log: log("tsload"), on: loop,
            heard: { [unowned self] in hear(truth: $0) }, trouble: { [unowned self] in trouble("\(plan.name): \($0)") })
    }

    private func log(_ program: String) -> String {
        directory.appendingPathComponent("logs/\(plan.name.replacing("/", with: "-"))-\(program).log").path
    }

    private func hear(truth event: TruthEvent) {
        guard event.event == .struck, plan.fault.orphans, let address = event.address, !known.contains(address)
        else { return }
        lost.insert(address)
    }

    private func receive(_ bytes: [UInt8]) {
        partial += bytes
        while let end = partial.firstIndex(of: UInt8(ascii: "\n")) {
            if let event = try? decoder.decode(SessionEvent.self, from: Data(partial[..<end])) { hear(belief: event) }
            partial.removeFirst(end + 1)
        }
    }

    private func hear(belief event: SessionEvent) {
        beliefs.append(event)
        guard event.from == .active, event.to != .active, let address = event.address else { return }
        // The server may know before we hear of the fault, as after a kill.
        if lost.remove(address) == nil { known.insert(address) }
    }
}

/// The programs of the kit, found beside the one that runs.
struct Programs {
    static let names = ["tsserver", "tsload"]
    static let directory = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    let tsserver: String
    let tsload: String

    init() throws(LabError) {
        func find(_ name: String) throws(LabError) -> String {
            let path = Self.directory.appendingPathComponent(name).path
            guard FileManager.default.isExecutableFile(atPath: path) else { throw .programMissing(path) }
            return path
        }
        tsserver = try find(Self.names[0])
        tsload = try find(Self.names[1])
    }
}

/// Why the lab cannot go on.
public enum LabError: Error, CustomStringConvertible {
    case programMissing(String)
    case trouble(String)
    case notReady([String])

    public var description: String {
        switch self {
        case .programMissing(let path): "\(path) is missing: build the whole package with swift build ('tslab doctor' says what else is)"
        case .trouble(let text): text
        case .notReady(let cells): "clients did not get ready in time in \(cells.joined(separator: ", ")): see the logs"
        }
    }
}
