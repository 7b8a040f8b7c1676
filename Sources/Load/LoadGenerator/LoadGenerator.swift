import EventLoop
import Faults
import Logging
import Netlab
import RDP
import Random
import TerminalClient
import Time
import Wire

/// Thousands of terminal clients in one process: starts them, lets faults strike them as planned, brings their users
/// back, and writes down the truth of each the moment it is so.
public final class LoadGenerator: LoadOwner {
    /// How finely clients are started and faults are dealt out.
    private static let tick = Duration.milliseconds(10)

    let plan: LoadPlan
    let loop: EventLoop
    private let logger: Logger
    let truth: TruthLog?
    private let finished: (LoadSummary) -> Void
    private var summary = LoadSummary()
    private var clients: [LoadClient] = []
    private var returned: [LoadClient] = []
    private var undecided: Int
    private let began: MonotonicTime
    private var ready: MonotonicTime?
    private var ramp: Timer?
    private var work: Timer?
    private var agenda: Agenda
    private var blackhole: Blackhole?
    private(set) var isEnding = false
    private var generator: SeededGenerator

    /// Starts to load at once; the loop then does the rest.
    ///
    /// - Parameters:
    ///   - truth: a descriptor to write the truth to, as NDJSON.
    ///   - finished: called once, when the plan's time is over or the load was told to stop.
    /// - Throws: where a planned fault needs a right that the process does not have.
    public init(
        plan: LoadPlan, truth: Int32?, loop: EventLoop, logger: Logger, finished: @escaping (LoadSummary) -> Void
    ) throws(NetlabError) {
        self.plan = plan
        self.loop = loop
        self.logger = logger
        self.truth = truth.map { TruthLog(descriptor: $0, loop: loop) }
        self.finished = finished
        undecided = plan.clients
        summary.clients = plan.clients
        agenda = Agenda(loop: loop)
        generator = SeededGenerator(seed: plan.seed)
        began = loop.now
        if plan.faults.contains(where: \.fault.darkens) { blackhole = try Blackhole() }
        if plan.clients == 0 { becomeReady() } else { ramp = loop.every(Self.tick) { [unowned self] in startSome() } }
    }

    /// Ends every client that is still there, as its process ends, and tells the summary.
    public func stop() {
        guard !isEnding else { return }
        isEnding = true
        ramp = nil
        work = nil
        agenda.clear()
        for client in clients + returned { client.leave() }
        if let lost = truth?.close() { summary.lost.merge(lost, uniquingKeysWith: +) }
        finished(summary)
    }

    // MARK: Starting

    private func startSome() {
        // As a floating-point number first: fast and long enough, it is more than an integer holds.
        let due = Int(min(Double(plan.clients), (loop.now - began).inSeconds * plan.rate + 1))
        let started = clients.count
        while clients.count < due {
            let workstation = Workstation(number: plan.firstWorkstation + clients.count)
            let client = LoadClient(workstation, user: workstation.user, load: self)
            clients.append(client)
            client.start()
        }
        if clients.count > started { awaitLogon(of: clients[started...]) }
        if clients.count == plan.clients { ramp = nil }
    }

    private func awaitLogon(of started: ArraySlice<LoadClient>) {
        agenda.add(at: loop.now + plan.logonDeadline) { [plan] in
            for client in started { client.giveUpLogon(after: plan.logonDeadline) }
        }
    }

    private func decided() {
        undecided -= 1
        if undecided == 0 { becomeReady() }
    }

    private func becomeReady() {
        let now = loop.now
        ready = now
        summary.logonSeconds = (now - began).inSeconds
        truth?.write(TruthEvent(t: now, event: .ready))
        logger.notice("\(summary.loggedOn) of \(plan.clients) clients logged on")
        planFaults(from: now)
        if let hold = plan.hold { agenda.add(at: now + hold) { [unowned self] in stop() } }
    }

    // MARK: Faults

    private func planFaults(from now: MonotonicTime) {
        var candidates = clients.filter { if case .well = $0.phase { true } else { false } }
        for fault in plan.faults {
            let schedule = fault.schedule(among: candidates, using: &generator)
            let struck = Set(schedule.map(\.client.workstation))
            candidates.removeAll { struck.contains($0.workstation) }
            var batches: [Int64: [LoadClient]] = [:]
            for (client, at) in schedule { batches[at.nanoseconds / Self.tick.nanoseconds, default: []].append(client) }
            for (tick, batch) in batches {
                agenda.add(at: now + Self.tick * Double(tick)) { [unowned self] in strike(batch, fault) }
            }
        }
        if let interval = plan.behaviour.worksEvery, let worker = candidates.first {
            work = loop.every(interval) { worker.type(".") }
        }
    }

    private func strike(_ batch: [LoadClient], _ plan: FaultPlan) {
        var struck = batch.filter { if case .well = $0.phase { true } else { false } }
        if plan.fault.darkens, let error = setDark(true, struck) {
            lose(struck, plan.fault, error)
            _ = setDark(false, struck)
            struck = []
        }
        struck = struck.filter { strike($0, plan.fault) }
        let now = loop.now
        if plan.fault.lasts {
            agenda.add(at: now + plan.lasting) { [unowned self] in heal(struck, plan.fault) }
        }
        if let returning = self.plan.returning, plan.fault.orphans { self.plan(returning, of: struck, after: plan.fault, from: now) }
    }

    /// - Returns: whether the fault could be injected.
    private func strike(_ client: LoadClient, _ fault: Fault) -> Bool {
        let now = loop.now
        do {
            try client.suffer(fault)
        } catch {
            client.wasSpared()
            lose([client], fault, error)
            return false
        }
        note(.struck, client, fault: fault, at: now)
        summary.struck[fault.rawValue, default: 0] += 1
        return true
    }

    private func heal(_ struck: [LoadClient], _ fault: Fault) {
        if fault.darkens, let error = setDark(false, struck) {
            return lose(struck, fault, error, healing: true)
        }
        for client in struck {
            do {
                try client.heal(fault)
                note(.healed, client, fault: fault)
            } catch {
                lose([client], fault, error, healing: true)
            }
        }
    }

    /// Takes the network from the clients' workstations, or gives it back.
    ///
    /// - Returns: why that could not be done.
    private func setDark(_ dark: Bool, _ clients: [LoadClient]) -> NetlabError? {
        let addresses = clients.compactMap { $0.workstation.address(from: plan.sources) }
        do throws(NetlabError) {
            try dark ? blackhole?.add(addresses) : blackhole?.remove(addresses)
            return nil
        } catch {
            return error
        }
    }

    /// A fault could not be injected, or not be undone: the run shows something else than it was to show.
    private func lose(_ clients: [LoadClient], _ fault: Fault, _ error: any Error, healing: Bool = false) {
        guard !clients.isEmpty else { return }
        summary.lose(clients.count, fault, error, healing: healing)
        logger.error("\(fault.rawValue) of \(clients.count) clients: \(error)")
    }

    // MARK: Returning users

    private func plan(_ returning: ReturnPlan, of struck: [LoadClient], after fault: Fault, from now: MonotonicTime) {
        // A machine that is on again by itself can be logged on from again.
        let spare = returning.place == .spare && !fault.lasts
        for (index, former) in struck.enumerated() {
            let delay = returning.after + returning.over * (Double(index) / Double(struck.count))
            agenda.add(at: now + delay) { [unowned self] in bringBack(former, toSpare: spare) }
        }
    }

    private func bringBack(_ former: LoadClient, toSpare: Bool) {
        let workstation = toSpare ? former.workstation.spare : former.workstation
        let client = LoadClient(workstation, user: former.user, former: former, load: self)
        returned.append(client)
        summary.returned += 1
        note(.returning, client)
        client.start()
        awaitLogon(of: [client])
    }

    // MARK: What clients report

    func client(_ client: LoadClient, loggedOn report: SessionReport?) {
        guard let former = client.former, let report else {
            summary.loggedOn += 1
            note(.loggedOn, client)
            return decided()
        }
        if report.session != former.session {
            summary.blocked += 1
            note(.blocked, client)
        } else if report.resumed, report.text == former.typed, report.keystrokes == UInt32(former.typed.utf16.count) {
            summary.resumed += 1
            note(.resumed, client)
        } else {
            summary.altered += 1
            note(.altered, client, detail: "\(report.keystrokes) keystrokes, text '\(PrintableText.escaped(report.text))'")
        }
    }

    /// The client was sent away, or could not connect, before it had a desktop.
    func client(_ client: LoadClient, turnedAway end: ClientEnd) {
        guard !isEnding else { return }
        if client.former != nil, case .server = end {
            summary.refused += 1
            return note(.refused, client, detail: end.description)
        }
        self.client(client, failed: end.description)
        if client.former == nil { decided() }
    }

    func client(_ client: LoadClient, couldNotStart reason: String) {
        self.client(client, failed: reason)
        if client.former == nil { decided() }
    }

    func client(_ client: LoadClient, failed reason: String) {
        summary.failures[reason, default: 0] += 1
        if summary.failures[reason] == 1 { logger.warning("\(client.workstation.name): \(reason)") }
        note(.failed, client, detail: reason)
    }
}
