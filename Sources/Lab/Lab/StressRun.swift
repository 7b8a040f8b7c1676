import Contracts
import EventLoop
import class EventLoop.Timer
import Faults
import Foundation
import Measurement
import Netlab
import Sessions
import Time
import Transport

/// One storm over one server, from the first process to the verdict.
final class StressRun: ExperimentStages {
    /// What the server may hold open besides its clients: whoever follows its events, and whoever asks.
    private static let otherDescriptors = 4
    /// The follower is to be there before the first client.
    private static let beforeLoad = Duration.milliseconds(300)

    let readyLimit = Duration.seconds(90)
    private let plan: StressPlan
    private let schedule: StressSchedule
    private let number: Int
    private let experiment: Experiment
    private let decoder = JSONDecoder()
    private var server: LineProcess?
    private var load: TruthFeed?
    private var feed: BeliefFeed?
    /// How many of its endpoints the server has said that it listens at.
    private var listening = 0
    private var findings: [StressFinding] = []
    private var began: MonotonicTime?
    private var listed: [SessionRecord]?
    private var metrics = ""
    private var serverGrowth = ProcessGrowth()
    private var loadGrowth = ProcessGrowth()
    private var timers: [Timer] = []
    private var lastGrowth: MonotonicTime?
    private var isStopped = false

    init(_ plan: StressPlan, schedule: StressSchedule, number: Int, in experiment: Experiment) {
        self.plan = plan
        self.schedule = schedule
        self.number = number
        self.experiment = experiment
    }

    private var name: String { "stress-\(number)" }
    private var targets: [Endpoint] {
        plan.transports.map { $0.endpoint(at: PrivateNetwork.serverAddress(number)) }
    }
    private var adminPath: String { "/run/\(name).sock" }
    private var admin: SocketAddress { .unix(path: adminPath) }
    private var scheduleFile: URL { experiment.directory.file("schedule-\(number).txt") }
    private func log(_ program: String) -> String { experiment.directory.log("\(name)-\(program)") }

    // MARK: Beginning

    func start() throws {
        let programs = try Programs()
        if experiment.network == nil {
            _ = try experiment.buildNetwork(
                serverAddresses: 1 + plan.reruns, tcpRetries2: ReproductionPlan.dataRetransmissions)
        }
        try Data("# \(plan.command(prefix: plan.prefix))\n\(schedule)".utf8).write(to: scheduleFile)
        let options = targets.flatMap { ["--listen", $0.description] } + ["--admin", adminPath] + plan.serverOptions
        let (executable, arguments) = experiment.network.command(in: .server, programs.tsserver, options)
        server = try LineProcess(
            executable, arguments, log: log("tsserver"), on: experiment.loop,
            onLine: { [unowned self] line in
                guard String(decoding: line, as: UTF8.self).hasPrefix("listening") else { return }
                listening += 1
                if listening == targets.count { follow(programs) }
            })
    }

    private func follow(_ programs: Programs) {
        server.map { serverGrowth.look(at: $0.identifier, first: true) }
        do { feed = try BeliefFeed(of: name, at: admin, in: experiment) } catch { experiment.fail("\(name): \(error)") }
        timers.append(experiment.loop.after(Self.beforeLoad) { [unowned self] in startLoad(programs) })
    }

    private func startLoad(_ programs: Programs) {
        do {
            load = try TruthFeed(
                of: name, log: log("tsload"), program: programs.tsload,
                options: targets.flatMap { ["--target", $0.description] } + ["--schedule", scheduleFile.path], in: experiment,
                heard: { [unowned self] in hear($0) })
        } catch {
            experiment.fail("\(name): tsload: \(error)")
        }
    }

    /// Answers may come when the run is over and the next has begun on the same loop.
    private func ask(_ page: String, receive: @escaping ([UInt8]) -> Void, done: @escaping (HTTPClient.Failure?) -> Void) {
        do {
            try HTTPClient.request("GET", page, at: admin, on: experiment.loop, receive: receive, done: done)
        } catch {
            experiment.fail("\(name): \(page): \(error)")
        }
    }

    // MARK: Meanwhile

    private func hear(_ event: TruthEvent) {
        guard event.event == .ready else { return }
        began = event.t
        load.map { loadGrowth.look(at: $0.identifier, first: true) }
        timers.append(experiment.loop.at(event.t + schedule.length + plan.settling) { [unowned self] in inquire() })
    }

    func look(at now: MonotonicTime) -> ExperimentStage {
        let ended = server.flatMap { $0.isRunning ? nil : LastWords.ended("tsserver", $0, log: log("tsserver")) }
        if let crash = ended ?? load?.broken {
            // That is for the storm to find out, not a failure of the lab.
            findings.append(StressFinding(.crash, crash))
            return .over
        }
        guard let began, let server, let load else { return .preparing("clients start") }
        if now >= (lastGrowth ?? .zero) + .seconds(1) {
            lastGrowth = now
            serverGrowth.look(at: server.identifier)
            loadGrowth.look(at: load.identifier)
        }
        let length = schedule.length + plan.settling
        return .looking(
            "\(Int((now - began).inSeconds)) of \(Int(length.inSeconds)) s: \(feed?.beliefs.count ?? 0) changes of sessions")
    }

    func notReady() -> LabError { .trouble("\(name): clients did not get ready in time: see \(log("tsload"))") }

    // MARK: The end

    /// Asks the server for what it has, while the clients that are well are still there.
    private func inquire() {
        var body: [UInt8] = []
        ask("/sessions", receive: { body += $0 }) { [weak self] _ in
            guard let self, !isStopped else { return }
            listed = try? decoder.decode([SessionRecord].self, from: Data(body))
            var page: [UInt8] = []
            ask("/metrics", receive: { page += $0 }) { [weak self] _ in
                guard let self, !isStopped else { return }
                metrics = String(decoding: page, as: UTF8.self)
                _ = look(at: experiment.loop.now)
                experiment.finish()
            }
        }
    }

    func stop() {
        isStopped = true
        timers = []
        if let cut = feed?.cut, server?.isRunning == true { experiment.lose("\(name): tsserver's beliefs: \(cut)") }
        TruthFeed.stop(load.map { [$0] } ?? [])
        feed?.close()
        server?.stop()
    }

    func outcome(until _: MonotonicTime) -> StressOutcome {
        let isWhole = experiment.end.ending == .complete
        let end = (began ?? .zero) + schedule.length + plan.settling
        if listed == nil, findings.isEmpty, isWhole {
            findings.append(StressFinding(.crash, "the server did not list its sessions"))
        }
        let judge = StressJudge(
            rules: plan.rules, truth: (load?.truth ?? []).filter { $0.t <= end }, beliefs: (feed?.beliefs ?? []).filter { $0.t <= end },
            listed: (listed ?? []).map {
                StressJudge.Listed(session: $0.session, state: $0.state, user: $0.user, address: $0.address)
            }, end: end)
        // After a crash, and after a run that did not come to its end, all else follows from that.
        if listed != nil, isWhole {
            findings += judge.findings
            checkGrowth()
        }
        return StressOutcome(
            seed: plan.seed, clients: plan.clients, seconds: plan.length.inSeconds, actions: schedule.actions.count,
            logons: judge.logons, resumed: judge.resumed, refused: judge.refused, transports: judge.transports,
            server: serverGrowth, load: loadGrowth, findings: findings, schedule: scheduleFile.path)
    }

    private func checkGrowth() {
        serverGrowth.finish()
        loadGrowth.finish()
        let connections = metric("tsserver_open_connections")
        let active = (listed ?? []).filter { $0.state == .active }
        if connections > active.count {
            findings.append(StressFinding(.growth, "\(connections) connections are open for \(active.count) Active sessions"))
        }
        // One UDP socket has all the sessions of a datagram transport.
        let streams = active.count { $0.station?.hasPrefix(TransportKind.tcp.listenerName + "#") == true }
        if serverGrowth.descriptorsAfter > serverGrowth.descriptorsBefore + streams + Self.otherDescriptors {
            findings.append(
                StressFinding(
                    .growth, "tsserver has \(serverGrowth.descriptorsAfter) descriptors open for \(streams) TCP connections"))
        }
        if metric("tsserver_protocol_errors_total") > 0 {
            findings.append(StressFinding(.growth, "tsserver counts protocol errors, and no client made one"))
        }
        for (name, growth) in [("tsserver", serverGrowth), ("tsload", loadGrowth)] where growth.memoryGrows {
            findings.append(StressFinding(.growth, "\(name)'s memory grew: \(growth)"))
        }
    }

    private func metric(_ name: String) -> Int {
        metrics.split(separator: "\n").first { $0.hasPrefix(name + " ") }.flatMap { Int($0.dropFirst(name.count + 1)) } ?? 0
    }
}
