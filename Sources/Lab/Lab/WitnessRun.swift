import EventLoop
import Faults
import Foundation
import Measurement
import Netlab
import Time
import Transport

/// Runs one foreign server and, side by side, a load for each fault; each load goes to an address of the server's own, by
/// which its packets are known.
///
/// To run inside the namespaces that ``PrivateNetwork/reexecute(arguments:)`` makes.
public final class WitnessRun {
    private static let readyLimit = Duration.seconds(90)
    /// Time after the horizon for the last events to be heard.
    private static let afterHorizon = Duration.milliseconds(500)

    private let plan: WitnessPlan
    private let directory: URL
    private let progress: Progress
    private let programs: Programs
    private let loop: EventLoop
    private let network: PrivateNetwork
    private var loads: [LoadRun] = []
    private var failure: LabError?

    /// - Parameter directory: gets the capture, the logs and, from ``WitnessOutcome``, the results.
    public init(plan: WitnessPlan, directory: URL, progress: Progress) throws {
        self.plan = plan
        self.directory = directory
        self.progress = progress
        programs = try Programs()
        loop = try EventLoop()
        try FileManager.default.createDirectory(
            at: directory.appendingPathComponent("logs"), withIntermediateDirectories: true)
        progress.say("building the network")
        network = try PrivateNetwork(serverAddresses: plan.faults.count)
        for setting in plan.settings { try network.setting(setting.name, setting.value, in: .server) }
    }

    /// Runs everything; takes the horizon and some seconds more.
    public func run() throws -> WitnessOutcome {
        let evidence = try Evidence(in: network, directory: directory, on: loop)
        let signals = [SIGTERM, SIGINT].map { number in
            loop.onSignal(number) { [unowned self] in fail(.trouble("interrupted")) }
        }
        defer { signals.forEach { $0.cancel() } }
        let server = try ServerUnderTest(plan.server, port: plan.port, in: network, log: log("server"), on: loop)
        let began = loop.now
        let ticker = loop.every(.milliseconds(250)) { [unowned self] in look(server, began) }
        loop.run()
        ticker.cancel()
        let end = loop.now
        progress.say("stopping")
        for load in loads { load.stop() }
        server.stop()
        progress.done()
        if let failure { throw failure }
        return try WitnessOutcome(plan: plan, truths: loads.map(\.truth), end: end, evidence: evidence)
    }

    private func fail(_ error: LabError) {
        failure = failure ?? error
        loop.stop()
    }

    private func log(_ name: String) -> String { directory.appendingPathComponent("logs/\(name).log").path }

    private func look(_ server: ServerUnderTest, _ began: MonotonicTime) {
        guard server.isRunning else { return fail(.trouble("the server has ended: see \(log("server"))")) }
        let now = loop.now
        let struck = loads.compactMap(\.struck)
        if !loads.isEmpty, struck.count == loads.count, let last = struck.max() {
            if now > last + plan.horizon + Self.afterHorizon { return loop.stop() }
            return progress.say("\(Int((now - last).inSeconds)) of \(Int(plan.horizon.inSeconds)) s")
        }
        do {
            if loads.isEmpty, try server.isListening() { try startLoads() }
        } catch {
            fail(.trouble("\(error)"))
        }
        if let ended = zip(loads, plan.faults).first(where: { !$0.0.isRunning }) {
            return fail(.trouble("tsload has ended: see \(log(ended.1.rawValue))"))
        }
        let there = loads.map(\.loggedOn).reduce(0, +)
        progress.say(loads.isEmpty ? "waiting for the server" : "\(there) clients logged on")
        guard now > began + Self.readyLimit else { return }
        if loads.isEmpty { return fail(.trouble("nobody listens at port \(plan.port): see \(log("server"))")) }
        fail(.notReady(zip(loads, plan.faults).filter { $0.0.struck == nil }.map(\.1.rawValue)))
    }

    private func startLoads() throws(NetlabError) {
        let clients = plan.clients + plan.healthy
        for (index, fault) in plan.faults.enumerated() {
            let address = SocketAddress.ipv4(PrivateNetwork.serverAddress(index + 1), port: plan.port)
            let load = LoadRun.Plan(
                target: Endpoint(kind: .tcp, address: address), fault: fault, faulted: plan.clients, clients: clients,
                rate: WitnessPlan.rate, firstWorkstation: 1 + index * clients, seed: plan.seed &+ UInt64(index),
                more: ["--protocol", plan.speaks.rawValue, "--security", plan.security.rawValue])
            loads.append(
                try LoadRun(
                    load, program: programs.tsload, in: network, log: log(fault.rawValue), on: loop,
                    trouble: { [unowned self] in fail(.trouble("\(fault.rawValue): \($0)")) }))
        }
    }
}
