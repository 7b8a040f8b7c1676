import EventLoop
import Faults
import Logging
import Netlab
import RDP
import TerminalClient
import Time

/// A storm: what a ``StressSchedule`` says happens to each workstation's client, done when it says so.
///
/// What cannot be done any more, such as typing at a client that was turned away, is passed over. Every user knows what
/// he typed, and writes down as `altered` what he finds otherwise.
public final class StressLoad: LoadOwner {
    let plan: LoadPlan
    let loop: EventLoop
    private(set) var isEnding = false
    private let logger: Logger
    let truth: TruthLog?
    private let finished: (LoadSummary) -> Void
    private let schedule: StressSchedule
    private let began: MonotonicTime
    private let agenda: Agenda
    private let blackhole: Blackhole
    private var next = 0
    private var clients: [Int: LoadClient] = [:]
    private var typed: [String: TypedText] = [:]
    private var words = 0
    private var summary = LoadSummary()

    /// Begins at once; the loop then does the rest, until ``stop()``.
    ///
    /// - Parameter plan: of it the target, the sources and how clients answer count.
    public init(
        _ schedule: StressSchedule, plan: LoadPlan, truth: Int32?, loop: EventLoop, logger: Logger,
        finished: @escaping (LoadSummary) -> Void
    ) throws(NetlabError) {
        var plan = plan
        plan.behaviour.types = false
        plan.behaviour.floods = false
        self.plan = plan
        self.schedule = schedule
        self.loop = loop
        self.logger = logger
        self.truth = truth.map { TruthLog(descriptor: $0, loop: loop) }
        self.finished = finished
        agenda = Agenda(loop: loop)
        blackhole = try Blackhole()
        began = loop.now
        self.truth?.write(TruthEvent(t: began, event: .ready))
        awaitNext()
    }

    /// Ends every client that is still there, and tells the summary.
    public func stop() {
        guard !isEnding else { return }
        isEnding = true
        agenda.clear()
        for client in clients.values { client.leave() }
        if let lost = truth?.close() { summary.lost.merge(lost, uniquingKeysWith: +) }
        finished(summary)
    }

    // MARK: The schedule

    private func awaitNext() {
        guard next < schedule.actions.count else { return }
        agenda.add(at: began + schedule.actions[next].at) { [unowned self] in doDue() }
    }

    /// Does all that is due; machines that go dark in the same instant do so in one command.
    private func doDue() {
        let moment = schedule.actions[next].at
        var due: [StressAction] = []
        while next < schedule.actions.count, schedule.actions[next].at <= moment {
            due.append(schedule.actions[next])
            next += 1
        }
        let now = loop.now
        let darkening = due.filter { darkens($0) }.compactMap { address(of: $0.workstation) }
        do {
            try blackhole.add(darkening)
        } catch {
            lose(error)
            try? blackhole.remove(darkening)
            due.removeAll { darkens($0) }
        }
        for action in due {
            do {
                try perform(action, at: now)
            } catch {
                clients[action.workstation]?.wasSpared()
                lose(error)
            }
        }
        awaitNext()
    }

    /// An action could not be done: what follows is not what the schedule says.
    private func lose(_ error: any Error) {
        summary.lost["actions of the schedule failed: \(error)", default: 0] += 1
        logger.error("\(error)")
    }

    private func darkens(_ action: StressAction) -> Bool {
        guard case .fault(let fault, _) = action.verb, fault.darkens else { return false }
        return canSuffer(action)
    }

    private func address(of workstation: Int) -> UInt32? { Workstation(number: workstation).address(from: plan.sources) }

    /// A client on its way to its desktop may be struck by what ends it, and by nothing that heals or needs a session.
    private func canSuffer(_ action: StressAction) -> Bool {
        guard let client = clients[action.workstation], case .fault(let fault, _) = action.verb else { return false }
        switch client.phase {
        case .well: return true
        case .starting: return fault.orphans
        case .struck, .gone: return false
        }
    }

    private func perform(_ action: StressAction, at now: MonotonicTime) throws {
        switch action.verb {
        case .logon: try logOn(at: action.workstation)
        case .type: type("\(user(of: action.workstation)):\(nextWord()) ", at: action.workstation)
        case .flood:
            clients[action.workstation]?.restore()
            type("\rflood\r", at: action.workstation)
        case .quit: quit(action.workstation)
        case .fault(let fault, let lasting):
            guard canSuffer(action), let client = clients[action.workstation] else { return }
            try strike(client, fault, lasting: lasting, at: now)
        }
    }

    private func user(of workstation: Int) -> String {
        Workstation(number: workstation % StressSchedule.secondOffset).user
    }

    private func nextWord() -> Int {
        words += 1
        return words
    }

    private func logOn(at number: Int) throws(NetlabError) {
        if let former = clients[number] { guard case .gone = former.phase else { return } }
        try blackhole.remove([address(of: number)].compactMap { $0 })
        let client = LoadClient(Workstation(number: number), user: user(of: number), load: self)
        clients[number] = client
        summary.clients += 1
        note(.starting, client)
        client.start()
        agenda.add(at: loop.now + plan.logonDeadline) { [plan] in client.giveUpLogon(after: plan.logonDeadline) }
    }

    private func type(_ text: String, at number: Int) {
        guard let client = clients[number], case .well = client.phase, let session = client.session,
            typed[client.user]?.canType(text, in: session) == true
        else { return }
        typed[client.user]?.typed(text, in: session, at: loop.now)
        client.type(text)
    }

    private func strike(_ client: LoadClient, _ fault: Fault, lasting: Duration, at now: MonotonicTime) throws {
        if let session = client.session {
            if fault.traits.farewell == .logsOff {
                typed[client.user]?.loggedOff(session)
            } else {
                typed[client.user]?.left(session, politely: fault.traits.farewell == .disconnects, at: now)
            }
        }
        try client.suffer(fault)
        note(.struck, client, fault: fault, detail: DurationText.format(lasting), at: now)
        summary.struck[fault.rawValue, default: 0] += 1
        // A machine that lost its power has lost its client; the workstation can be logged on from again.
        guard fault.lasts else { return }
        agenda.add(at: now + lasting) { [unowned self] in heal(client, fault) }
    }

    private func heal(_ client: LoadClient, _ fault: Fault) {
        do {
            if fault.darkens { try blackhole.remove([address(of: client.workstation.number)].compactMap { $0 }) }
            try client.heal(fault)
            note(.healed, client, fault: fault)
        } catch {
            lose(error)
        }
    }

    private func quit(_ number: Int) {
        guard let client = clients[number] else { return }
        if case .gone = client.phase { return }
        if let session = client.session { typed[client.user]?.left(session, politely: false, at: loop.now) }
        let now = loop.now
        client.giveUp()
        note(.struck, client, fault: .kill, at: now)
    }

    // MARK: What clients report

    func client(_ client: LoadClient, loggedOn report: SessionReport?) {
        guard let report else { return }
        summary.loggedOn += 1
        let wrong = typed[client.user, default: TypedText()].entered(report)
        if report.resumed { summary.resumed += 1 }
        note(report.resumed ? .resumed : .loggedOn, client)
        guard let wrong else { return }
        summary.altered += 1
        logger.error("\(client.user) in session \(report.session): \(wrong)")
        note(.altered, client, detail: wrong)
    }

    func client(_ client: LoadClient, turnedAway end: ClientEnd) {
        guard !isEnding else { return }
        guard case .server = end else { return self.client(client, failed: end.description) }
        summary.refused += 1
        note(.refused, client, detail: end.description)
    }

    func client(_ client: LoadClient, couldNotStart reason: String) { self.client(client, failed: reason) }

    func client(_ client: LoadClient, failed reason: String) {
        if let session = client.session { typed[client.user]?.left(session, politely: false, at: loop.now) }
        note(.failed, client, detail: reason)
    }
}
