import EventLoop
import class EventLoop.Timer
import Faults
import Foundation
import Measurement
import Netlab
import Sessions
import TerminalServer
import Time
import Transport

/// One storm over one server, from the first process to the verdict.
final class StressRun {
    /// What the server may hold open besides its clients: whoever follows its events, and whoever asks.
    private static let otherDescriptors = 4

    private let plan: StressPlan
    private let schedule: StressSchedule
    private let number: Int
    private let network: PrivateNetwork
    private let programs: Programs
    private let directory: URL
    private let loop: EventLoop
    private let progress: Progress
    private let decoder = JSONDecoder()
    private var server: LineProcess?
    private var load: LineProcess?
    /// How many of its endpoints the server has said that it listens at.
    private var listening = 0
    private var partial: [UInt8] = []
    private var truth: [TruthEvent] = []
    private var beliefs: [SessionEvent] = []
    private var findings: [StressFinding] = []
    private var began: MonotonicTime?
    private var listed: [SessionRecord]?
    private var metrics = ""
    private var serverGrowth = ProcessGrowth()
    private var loadGrowth = ProcessGrowth()
    private var timers: [Timer] = []
    private var isOver = false

    init(
        _ plan: StressPlan, schedule: StressSchedule, number: Int, network: PrivateNetwork, programs: Programs,
        directory: URL, loop: EventLoop, progress: Progress
    ) {
        self.plan = plan
        self.schedule = schedule
        self.number = number
        self.network = network
        self.programs = programs
        self.directory = directory
        self.loop = loop
        self.progress = progress
    }

    private var targets: [Endpoint] {
        plan.transports.map { $0.endpoint(at: PrivateNetwork.serverAddress(number)) }
    }
    private var admin: SocketAddress { .unix(path: "/run/stress\(number).sock") }
    private var scheduleFile: URL { directory.appendingPathComponent("schedule-\(number).txt") }

    /// Runs the storm; takes its length and some seconds more.
    func run() throws -> StressOutcome {
        try Data("# \(plan.command(prefix: plan.prefix))\n\(schedule)".utf8).write(to: scheduleFile)
        let options =
            targets.flatMap { ["--listen", $0.description] } + ["--admin", "/run/stress\(number).sock"] + plan.serverOptions
        let (executable, arguments) = network.command(in: .server, programs.tsserver, options)
        server = try LineProcess(
            executable, arguments, log: log("tsserver"), on: loop,
            onLine: { [unowned self] line in
                guard String(decoding: line, as: UTF8.self).hasPrefix("listening") else { return }
                listening += 1
                if listening == targets.count { follow() }
            })
        timers = [loop.every(.seconds(1)) { [unowned self] in look() }]
        loop.run()
        timers = []
        load?.stop()
        server?.stop()
        return try verdict()
    }

    private func log(_ program: String) -> String {
        directory.appendingPathComponent("logs/stress-\(number)-\(program).log").path
    }

    private func over(_ finding: StressFinding? = nil) {
        if let finding { findings.append(finding) }
        isOver = true
        loop.stop()
    }

    // MARK: Beginning

    private func follow() {
        server.map { serverGrowth.look(at: $0.identifier, first: true) }
        ask("/events", receive: { [weak self] in self?.receive($0) }) { _ in }
        // The follower is to be there before the first client.
        timers.append(loop.after(.milliseconds(300)) { [unowned self] in startLoad() })
    }

    private func startLoad() {
        let options =
            targets.flatMap { ["--target", $0.description] } + [
                "--sources", SocketAddress.ipv4(PrivateNetwork.workstations, port: 0).host,
                "--schedule", scheduleFile.path, "--truth", "-",
            ]
        let (executable, arguments) = network.command(in: .clients, programs.tsload, options)
        do {
            load = try LineProcess(executable, arguments, log: log("tsload"), on: loop, onLine: { [unowned self] in hear($0) })
        } catch {
            over(StressFinding(.crash, "tsload: \(error)"))
        }
    }

    /// Answers may come when the run is over and the next has begun on the same loop.
    private func ask(_ page: String, receive: @escaping ([UInt8]) -> Void, done: @escaping (HTTPClient.Failure?) -> Void) {
        do {
            try HTTPClient.request("GET", page, at: admin, on: loop, receive: receive, done: done)
        } catch {
            over(StressFinding(.crash, "\(page): \(error)"))
        }
    }

    // MARK: Meanwhile

    private func hear(_ line: [UInt8]) {
        guard let event = try? decoder.decode(TruthEvent.self, from: Data(line)) else {
            return over(StressFinding(.crash, "tsload said what is no truth: \(String(decoding: line.prefix(80), as: UTF8.self))"))
        }
        truth.append(event)
        guard event.event == .ready else { return }
        began = event.t
        load.map { loadGrowth.look(at: $0.identifier, first: true) }
        timers.append(loop.at(event.t + schedule.length + plan.settling) { [unowned self] in inquire() })
    }

    private func receive(_ bytes: [UInt8]) {
        partial += bytes
        var start = 0
        while let end = partial[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if let event = try? decoder.decode(SessionEvent.self, from: Data(partial[start..<end])) { beliefs.append(event) }
            start = end + 1
        }
        partial.removeFirst(start)
    }

    private func look() {
        guard !isOver else { return }
        for (name, process) in [("tsserver", server), ("tsload", load)] where process?.isRunning == false {
            return over(StressFinding(.crash, "\(name) ended before its time: see \(log(name))"))
        }
        guard let began, let server, let load else { return }
        serverGrowth.look(at: server.identifier)
        loadGrowth.look(at: load.identifier)
        let passed = loop.now - began
        let length = schedule.length + plan.settling
        progress.say("\(Int(passed.inSeconds)) of \(Int(length.inSeconds)) s: \(beliefs.count) changes of sessions")
    }

    // MARK: The end

    /// Asks the server for what it has, while the clients that are well are still there.
    private func inquire() {
        var body: [UInt8] = []
        ask("/sessions", receive: { body += $0 }) { [weak self] _ in
            guard let self else { return }
            listed = try? decoder.decode([SessionRecord].self, from: Data(body))
            var page: [UInt8] = []
            ask("/metrics", receive: { page += $0 }) { [weak self] _ in
                guard let self else { return }
                metrics = String(decoding: page, as: UTF8.self)
                look()
                over()
            }
        }
    }

    private func verdict() throws -> StressOutcome {
        let end = (began ?? .zero) + schedule.length + plan.settling
        if listed == nil, findings.isEmpty { findings.append(StressFinding(.crash, "the server did not list its sessions")) }
        let judge = StressJudge(
            rules: plan.rules, truth: truth.filter { $0.t <= end }, beliefs: beliefs.filter { $0.t <= end },
            listed: (listed ?? []).map {
                StressJudge.Listed(session: $0.session, state: $0.state, user: $0.user, address: $0.address)
            }, end: end)
        // After a crash all else follows from it.
        if listed != nil {
            findings += judge.findings
            checkGrowth()
        }
        try keepEvents()
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

    /// Everything that was heard, to look into.
    private func keepEvents() throws {
        let encoder = JSONEncoder()
        var lines = Data()
        for event in beliefs { lines += try encoder.encode(event) + Data("\n".utf8) }
        for event in truth { lines += try encoder.encode(event) + Data("\n".utf8) }
        try lines.write(to: directory.appendingPathComponent("events-\(number).ndjson"))
    }
}
