import ArgumentParser
import EventLoop
import Faults
import Foundation
import Glibc
import LoadGenerator
import RDP
import Logging
import Time
import Transport

extension ClientSecurity: ExpressibleByArgument {}
extension LoadProtocol: ExpressibleByArgument {}

/// The command line of the load generator.
@main
struct TSLoad: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tsload",
        abstract: "Thousands of terminal clients that idle, and what becomes of them.",
        discussion: """
            EXAMPLES
              tsload --target 127.0.0.1:3389 --clients 1000 --sources 127.18.0.0 --hold 1m
                  A thousand idle clients, each from its own address, for a minute.
              tsload --target 127.0.0.1:3389 --clients 1000 \\
                  --fault hang:share=50%,at=10s --return spare --return-after 30s \\
                  --hold 1m --truth truth.ndjson
                  Half of them hang after ten seconds; their users try to come back half
                  a minute later.
              tsload --target 198.19.1.1:3389 --sources 198.18.0.0 --fault power-off ...
                  Power cuts, reboots and line cuts need the lab's namespaces: see tslab
                  reproduce.
              tsload --target 127.0.0.1:3389 --protocol rdp --clients 50 --fault hang \\
                  --hold 1m
                  A stock server such as xrdp.

            PROTOCOLS
            \(LoadProtocol.help)
              Users come back, sessions are told apart and flooded with tsserver alone.

            FAULTS
            \(FaultPlan.help)

            TRANSPORTS
            \(TransportKind.help)

            EXIT STATUS
              0 when every client logged on, 1 when some failed or it could not begin, 64
              for a wrong command line.
            """)

    @Option(
        help: ArgumentHelp(
            "The server; given more than once, workstations take turns.",
            valueName: "[\(TransportKind.allCases.map(\.rawValue).joined(separator: "|"))://]address:port"))
    var target = ["127.0.0.1:3389"]

    @Option(
        name: .customLong("protocol"),
        help: ArgumentHelp("What to speak.", valueName: LoadProtocol.allCases.map(\.rawValue).joined(separator: "|")))
    var speaks = LoadProtocol.tsserver

    @Option(help: "How many clients.")
    var clients = 100

    @Option(help: ArgumentHelp("How many clients start in a second.", valueName: "clients/s"))
    var rate = 500.0

    @Option(help: ArgumentHelp("Share the clients among so many processes.", valueName: "processes"))
    var workers = 1

    @Option(help: ArgumentHelp("Number of the first workstation.", valueName: "number"))
    var firstWorkstation = 1

    @Option(help: ArgumentHelp("Workstation N comes from this address plus N.", valueName: "address"))
    var sources: String?

    @Option(help: ArgumentHelp("A fault and its plan; may be given more than once.", valueName: "fault"))
    var fault: [String] = []

    @Option(name: .customLong("return"), help: ArgumentHelp("Users come back: from a spare workstation or the same.", valueName: "place"))
    var returning: String?

    @Option(help: ArgumentHelp("When they come back, after the fault.", valueName: "duration"))
    var returnAfter = "30s"

    @Option(help: ArgumentHelp("Over how long they come back.", valueName: "duration"))
    var returnOver = "2s"

    @Option(help: ArgumentHelp("End this long after every client is there; without it, on SIGTERM.", valueName: "duration"))
    var hold: String?

    @Option(help: ArgumentHelp("Write what really happens here, as NDJSON; '-' is standard output.", valueName: "file"))
    var truth: String?

    @Option(help: "Repeats the same choice of clients.")
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "Instead of idling: do what the file says, a line like '1500ms 7 logon' each (see tslab stress).", valueName: "file"))
    var schedule: String?

    @Flag(help: "Clients keep their window open, so that the server draws for them.")
    var show = false

    @Flag(help: "Sessions put out without end (implies --show).")
    var flood = false

    @Option(help: ArgumentHelp("One user whom no fault strikes types a letter this often.", valueName: "duration"))
    var workEvery: String?

    @Flag(help: "Clients take heartbeats as dynamic channel requests only.")
    var noRoundTrips = false

    @Option(
        help: ArgumentHelp(
            "How clients would have their connections secured (default: none; negotiate with --protocol rdp).",
            valueName: "none|rdp|tls|negotiate"))
    var security: ClientSecurity?

    @Flag(help: "Print the summary as JSON.")
    var json = false

    func run() throws {
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .warning
            return handler
        }
        do {
            try load()
        } catch let error as ValidationError {
            throw error
        } catch let code as ExitCode {
            throw code
        } catch {
            FileHandle.standardError.write(Data("tsload: \(error)\n".utf8))
            throw ExitCode(1)
        }
    }

    private func load() throws {
        let plan = try plan()
        let descriptor = try openTruth()
        let loop = try EventLoop()
        var summary = LoadSummary()
        var missing = 0
        let stop: () -> Void
        if workers > 1 {
            missing = workers
            let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let all = try LoadWorkers(program: program, arguments: workerArguments(), loop: loop) { line in
                guard let part = try? JSONDecoder().decode(LoadSummary.self, from: Data(line)) else { return }
                summary.add(part)
                missing -= 1
            } finished: {
                loop.stop()
            }
            stop = { all.stop() }
        } else {
            DescriptorLimit.raise()
            let finished: (LoadSummary) -> Void = {
                summary = $0
                loop.stop()
            }
            let logger = Logger(label: "tsload")
            if let schedule {
                let text = try String(contentsOfFile: schedule, encoding: .utf8)
                let load = try StressLoad(
                    try StressSchedule(parsing: text), plan: plan, truth: descriptor, loop: loop, logger: logger, finished: finished)
                stop = { load.stop() }
            } else {
                let load = try LoadGenerator(plan: plan, truth: descriptor, loop: loop, logger: logger, finished: finished)
                stop = { load.stop() }
            }
        }
        let signals = [SIGTERM, SIGINT].map { number in loop.onSignal(number, stop) }
        loop.run()
        signals.forEach { $0.cancel() }
        try tell(summary)
        if missing > 0 { FileHandle.standardError.write(Data("tsload: \(missing) workers ended without a word\n".utf8)) }
        if summary.failed > 0 || missing > 0 { throw ExitCode(1) }
    }

    private func tell(_ summary: LoadSummary) throws {
        if json {
            print(String(decoding: try JSONEncoder().encode(summary), as: UTF8.self))
        } else if truth != "-" {
            print(summary.text)
        } else {
            FileHandle.standardError.write(Data((summary.text + "\n").utf8))
        }
    }

    /// The command line of each worker: the same, for a part of the clients.
    private func workerArguments() -> [[String]] {
        var shared: [String] = []
        var rest = CommandLine.arguments.dropFirst()
        while let word = rest.popFirst() {
            let name = word.split(separator: "=", maxSplits: 1).first.map(String.init) ?? word
            guard ["--workers", "--clients", "--first-workstation", "--rate", "--json"].contains(name) else {
                shared.append(word)
                continue
            }
            if name != "--json", !word.contains("=") { rest = rest.dropFirst() }
        }
        return (0..<workers).map { index in
            let first = clients * index / workers
            let count = clients * (index + 1) / workers - first
            return shared + [
                "--json", "--clients", "\(count)", "--first-workstation", "\(firstWorkstation + first)",
                "--rate", "\(rate / Double(workers))",
            ]
        }
    }

    private func openTruth() throws -> Int32? {
        guard let truth, truth != "-" else { return truth.map { _ in STDOUT_FILENO } }
        let descriptor = open(truth, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw ValidationError("cannot write the truth to \(truth): \(String(cString: strerror(errno)))")
        }
        return descriptor
    }

    private func plan() throws -> LoadPlan {
        guard clients >= 0, workers > 0, rate > 0 else {
            throw ValidationError("--clients, --workers and --rate take positive numbers")
        }
        if schedule != nil, workers > 1 || sources == nil {
            throw ValidationError("--schedule takes one worker, and workstations with addresses of their own: give --sources")
        }
        if truth == "-", workers > 1 { throw ValidationError("--truth - takes one worker: name a file instead") }
        if !speaks.reportsSessions, schedule != nil || returning != nil || flood {
            throw ValidationError("--schedule, --return and --flood take --protocol tsserver")
        }
        var plan = LoadPlan(targets: try target.map { try Endpoint(parsing: $0) }, clients: clients, rate: rate)
        plan.speaks = speaks
        plan.firstWorkstation = firstWorkstation
        plan.faults = try fault.map { try FaultPlan(parsing: $0) }
        plan.seed = seed
        plan.hold = try hold.map { try duration("--hold", $0) }
        plan.behaviour.types = speaks.reportsSessions
        plan.behaviour.floods = flood
        plan.behaviour.worksEvery = try workEvery.map { try duration("--work-every", $0) }
        plan.behaviour.minimised = !show && !flood
        plan.behaviour.security = security ?? speaks.security
        plan.behaviour.answersRoundTrips = !noRoundTrips
        if let sources {
            guard case .ipv4(let address, _) = SocketAddress(host: sources, port: 0) else {
                throw ValidationError("--sources takes an IPv4 address like 127.18.0.0, not '\(sources)'")
            }
            plan.sources = address
        }
        if security == .tls, let target = plan.targets.first(where: { $0.kind != .tcp }) {
            throw ValidationError("--security tls takes tcp:// targets: \(target) carries no TLS")
        }
        if plan.targets.contains(where: { $0.interface != nil }), let cut = plan.faults.first(where: { $0.fault == .linkCut }) {
            throw ValidationError(
                "\(cut.fault.rawValue) takes a target with a port: frames on an interface pass no firewall that could cut them")
        }
        if sources == nil, let needy = plan.faults.first(where: \.fault.darkens) {
            throw ValidationError("\(needy.fault.rawValue) needs workstations with addresses of their own: give --sources")
        }
        if let returning {
            guard let place = ReturnPlan.Place(rawValue: returning) else {
                throw ValidationError("--return is spare or same, not '\(returning)'")
            }
            plan.returning = ReturnPlan(
                place, after: try duration("--return-after", returnAfter), over: try duration("--return-over", returnOver))
        }
        return plan
    }

    private func duration(_ option: String, _ text: String) throws -> Duration {
        guard let duration = DurationText.parse(text) else {
            throw ValidationError("\(option) takes a duration like 30s or 5m, not '\(text)'")
        }
        return duration
    }
}
