import ArgumentParser
import EventLoop
import Faults
import Glibc
import LoadGenerator
import ProgramOptions
import Time
import Transport

/// What the command line asks for, checked.
extension TSLoad {
    /// What a process can be asked to hold: each client is a descriptor, of which a process has 20,000 or fewer.
    private static let mostClients = 1_000_000
    private static let mostWorkers = 64
    /// An address's last three bytes; a workstation's number is added to the first address.
    private static let lastWorkstation = 1 << 24
    /// Clients a second: one in a quarter of an hour, to as fast as they can.
    private static let rates = 0.001...1_000_000.0

    /// How many clients, in how many processes.
    struct Numbers {
        var clients: Int
        var workers: Int
        var firstWorkstation: Int
        var rate: Double
    }

    func numbers() throws -> Numbers {
        let numbers = Numbers(
            clients: try OptionValue.whole("--clients", clients, in: 0...Self.mostClients),
            workers: try OptionValue.whole("--workers", workers, in: 1...Self.mostWorkers),
            firstWorkstation: try OptionValue.whole("--first-workstation", firstWorkstation, in: 0...Self.lastWorkstation),
            rate: try OptionValue.number("--rate", rate, in: Self.rates))
        guard numbers.rate / Double(numbers.workers) >= Self.rates.lowerBound else {
            throw ValidationError("--rate must be at least \(Self.rates.lowerBound) for each of the --workers")
        }
        return numbers
    }

    /// - Throws: `ValidationError` for a wrong command line, `EndpointError` for a target that cannot be looked up.
    func plan() throws -> LoadPlan {
        let numbers = try numbers()
        try checkCombinations(numbers)
        var plan = LoadPlan(
            targets: try target.map { try Endpoints.target("--target", $0) }, clients: numbers.clients, rate: numbers.rate)
        plan.speaks = speaks
        plan.firstWorkstation = numbers.firstWorkstation
        plan.faults = try fault.map { try OptionValue.parsed("--fault", $0) { try FaultPlan(parsing: $0) } }
        plan.seed = try OptionValue.whole("--seed", seed, in: 0...UInt64.max)
        plan.hold = try hold.map { try OptionValue.duration("--hold", $0) }
        plan.logonDeadline = try OptionValue.duration("--logon-deadline", logonDeadline, in: OptionValue.logonDeadlines)
        plan.sources = try sources.map { try sources($0, for: numbers) }
        plan.returning = try returningUsers()
        plan.behaviour.types = speaks.reportsSessions
        plan.behaviour.floods = flood
        plan.behaviour.worksEvery = try workEvery.map {
            try OptionValue.duration("--work-every", $0, in: .milliseconds(10)...OptionValue.longest)
        }
        plan.behaviour.minimised = !show && !flood
        plan.behaviour.security = security ?? speaks.security
        plan.behaviour.answersRoundTrips = !noRoundTrips
        try check(plan)
        return plan
    }

    private func checkCombinations(_ numbers: Numbers) throws {
        if schedule != nil, numbers.workers > 1 || sources == nil {
            throw ValidationError("--schedule takes one worker, and workstations with addresses of their own: give --sources")
        }
        if schedule != nil, !fault.isEmpty || returning != nil || workEvery != nil || flood {
            throw ValidationError("--schedule takes no --fault, --return, --work-every or --flood: the file says what happens")
        }
        if truth == "-", numbers.workers > 1 { throw ValidationError("--truth - takes one worker: name a file instead") }
        if !speaks.reportsSessions, schedule != nil || returning != nil || flood {
            throw ValidationError("--schedule, --return and --flood take --protocol tsserver")
        }
        if speaks == .tcp, workEvery != nil || show || noRoundTrips {
            throw ValidationError("--work-every, --show and --no-round-trips take --protocol tsserver or rdp: over tcp nothing is said")
        }
        if returning == nil, returnAfter != nil || returnOver != nil {
            throw ValidationError("--return-after and --return-over go with --return")
        }
    }

    /// Where faults and security meet targets and sources that cannot have them.
    private func check(_ plan: LoadPlan) throws {
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
        guard let sources = plan.sources else { return }
        if let target = plan.targets.first(where: { $0.address.isIPv6 != sources.isIPv6 }) {
            throw ValidationError("--sources \(sources.host) cannot reach \(target): take both as IPv4 or both as IPv6")
        }
        if sources.isIPv6, schedule != nil || plan.faults.contains(where: \.fault.darkens) {
            throw ValidationError(
                "power-off, reboot, link-cut and --schedule take IPv4 --sources: the firewall that cuts them off is for IPv4")
        }
    }

    private func sources(_ text: String, for numbers: Numbers) throws -> SocketAddress {
        guard let address = SocketAddress(host: text, port: 0) else {
            throw OptionValue.wrong("--sources", "an address like 127.18.0.0 or fd00::", text)
        }
        let last = numbers.firstWorkstation + numbers.clients + (returning == nil ? 0 : LoadPlan.spareOffset)
        if case .ipv4(let first, _) = address, UInt64(first) + UInt64(last) > UInt64(UInt32.max) {
            throw ValidationError("--sources \(text) leaves no address for workstation \(last): take a lower one, or fewer clients")
        }
        return address
    }

    private func returningUsers() throws -> ReturnPlan? {
        guard let returning else { return nil }
        let place: ReturnPlan.Place = try OptionValue.choice("--return", returning)
        return ReturnPlan(
            place, after: try OptionValue.duration("--return-after", returnAfter ?? Self.standardReturnAfter),
            over: try OptionValue.duration("--return-over", returnOver ?? Self.standardReturnOver))
    }

    static let standardReturnAfter = "30s"
    static let standardReturnOver = "2s"

    /// Where the truth is to be written; nil for nowhere.
    func openTruth() throws -> Int32? {
        guard let truth, truth != "-" else { return truth.map { _ in STDOUT_FILENO } }
        let descriptor = open(truth, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw OptionValue.wrong("--truth", "a file that can be written (\(String(cString: strerror(errno))))", truth)
        }
        return descriptor
    }
}
