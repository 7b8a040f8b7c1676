import EventLoop
import Faults
import Measurement
import Netlab
import Time
import Transport

/// Runs one foreign server and, side by side, a load for each fault; each load goes to an address of the server's own, by
/// which its packets are known.
public final class WitnessRun: ExperimentStages {
    let readyLimit = Duration.seconds(90)
    /// How long the server may take until it listens anywhere.
    private static let listenLimit = Duration.seconds(30)
    /// Time after the horizon for the last events to be heard.
    private static let afterHorizon = Duration.milliseconds(500)

    private let plan: WitnessPlan
    private let experiment: Experiment
    private var server: ServerUnderTest?
    private var loads: [LoadRun] = []
    private var evidence: Evidence?
    private var serverStarted = MonotonicTime.zero

    private init(_ plan: WitnessPlan, in experiment: Experiment) {
        self.plan = plan
        self.experiment = experiment
    }

    /// Runs everything; takes the horizon and some seconds more.
    public static func run(_ plan: WitnessPlan, in experiment: Experiment) -> WitnessOutcome {
        experiment.run(WitnessRun(plan, in: experiment))
    }

    func start() throws {
        _ = try Programs()
        let network = try experiment.buildNetwork(serverAddresses: plan.faults.count)
        for setting in plan.settings { try network.setting(setting.name, setting.value, in: .server) }
        evidence = try Evidence(in: experiment)
        server = try ServerUnderTest(plan.server, port: plan.port, in: experiment)
        serverStarted = experiment.loop.now
    }

    func look(at now: MonotonicTime) throws -> ExperimentStage {
        if let trouble = try server?.trouble(at: now) { throw LabError.trouble(trouble) }
        if loads.isEmpty {
            guard try server?.isReachable == true else {
                if now > serverStarted + Self.listenLimit { throw notReady() }
                return .preparing("waiting for the server to listen at port \(plan.port)")
            }
            try startLoads()
        }
        let struck = loads.compactMap(\.struck)
        if struck.count == loads.count, let last = struck.max() {
            if now > last + plan.horizon + Self.afterHorizon { return .over }
            return .looking("\(Int((now - last).inSeconds)) of \(Int(plan.horizon.inSeconds)) s")
        }
        if let broken = loads.compactMap(\.broken).first { throw LabError.trouble(broken) }
        return .preparing("\(loads.map(\.loggedOn).reduce(0, +)) clients logged on")
    }

    func notReady() -> LabError {
        if loads.isEmpty, let server { return .trouble("nobody listens at port \(plan.port)\(server.quote)") }
        return .notReady(zip(loads, plan.faults).filter { $0.0.struck == nil }.map(\.1.rawValue))
    }

    func stop() {
        LoadRun.stop(loads)
        server?.stop()
    }

    func outcome(until end: MonotonicTime) -> WitnessOutcome {
        WitnessOutcome(plan: plan, loads: loads, end: end, evidence: evidence, of: experiment)
    }

    private func startLoads() throws {
        let programs = try Programs()
        let clients = plan.clients + plan.healthy
        for (index, fault) in plan.faults.enumerated() {
            let address = SocketAddress.ipv4(PrivateNetwork.serverAddress(index + 1), port: plan.port)
            let load = LoadRun.Plan(
                target: Endpoint(kind: .tcp, address: address), fault: fault, faulted: plan.clients, clients: clients,
                rate: WitnessPlan.rate, firstWorkstation: 1 + index * clients, seed: plan.seed &+ UInt64(index),
                more: ["--protocol", plan.speaks.rawValue, "--security", plan.security.rawValue])
            loads.append(
                try LoadRun(
                    load, name: fault.rawValue, log: experiment.directory.log(fault.rawValue), program: programs.tsload,
                    in: experiment))
        }
    }
}
