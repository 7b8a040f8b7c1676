import EventLoop
import Faults
import RDP
import TerminalClient
import Time
import Transport

/// One emulated client with its user: from the first SYN to whatever becomes of it.
final class LoadClient: ClientSessionDelegate {
    /// Where the client is in its life.
    enum Phase {
        case starting
        /// On its desktop, idle.
        case well
        case struck(Fault)
        case gone
    }

    let workstation: Workstation
    let user: String
    /// Set for the client of a user who comes back: who he was before.
    let former: LoadClient?
    unowned let load: any LoadOwner
    private(set) var phase = Phase.starting
    private(set) var session: UInt32?
    /// Address and port, as the server sees them.
    private(set) var address: String?
    private(set) var program: (any LoadSession)?
    /// The driver of a machine that is off and will come on again; over TCP that is the kernel's affair.
    var driver: (any DriverConnection)?

    init(_ workstation: Workstation, user: String, former: LoadClient? = nil, load: any LoadOwner) {
        self.workstation = workstation
        self.user = user
        self.former = former
        self.load = load
    }

    /// What the user types into his session, to know it by later, and to make its program busy.
    var typed: String {
        (load.plan.behaviour.types ? user : "") + (load.plan.behaviour.floods ? "\rflood\r" : "")
    }

    func start() {
        let source = workstation.source(from: load.plan.sources)
        do {
            program = try load.plan.speaks.traits.open(self, load, source)
        } catch {
            phase = .gone
            load.client(self, couldNotStart: error.description)
        }
    }

    private var terminal: ClientSession? { program as? ClientSession }

    // MARK: Faults

    /// Whatever can be done on the client's side; an address goes dark for all that lose it at once, before this.
    func suffer(_ fault: Fault) throws {
        phase = .struck(fault)
        learnAddress()
        try fault.strike(self)
    }

    /// A fault could not be injected: the client is as it was.
    func wasSpared() {
        if case .struck = phase { phase = .well }
    }

    /// The fault has lasted.
    func heal(_ fault: Fault) throws {
        // Another fault may have struck meanwhile, or its user given it up: its machine comes back, its program does not.
        guard case .struck(let last) = phase, last == fault else { return regainPower() }
        try fault.heal(self)
        if fault.heals { phase = .well }
    }

    /// The user goes on typing.
    func type(_ text: String) { terminal?.type(text) }

    /// The user opens the window, so that the server has somebody to draw for.
    func restore() { terminal?.minimise(false) }

    /// The user ends the program, whatever state it is in; what it is told after that means nothing.
    func giveUp() {
        phase = .struck(.kill)
        learnAddress()
        program?.die()
    }

    /// A client that is not logged on by now has failed.
    func giveUpLogon(after limit: Duration) {
        guard case .starting = phase, let program else { return }
        let awaited = program.awaited
        program.giveUpLogon(after: limit)
        finish(.noLogon(within: limit, awaited: awaited))
    }

    /// The program ends: with the load generator, or because its user gives it up.
    func leave() { program?.die() }

    // MARK: What its program reports

    /// The connection is there, in a protocol where that is all.
    func opened() {
        learnAddress()
        begin(nil)
    }

    func ended(_ end: ClientEnd) { finish(end) }

    // MARK: ClientSessionDelegate

    func session(_ session: ClientSession, did event: ClientSessionEvent) {
        switch event {
        case .activated:
            learnAddress()
            if load.plan.behaviour.minimised { session.minimise(true) }
            if !load.plan.speaks.reportsSessions { begin(nil) }
        case .loggedOn(let number, _):
            self.session = number
        case .reported(let report):
            self.session = report.session
            begin(report)
        case .ended(let end):
            finish(end)
        case .shutdownDenied:
            // He would rather go: the server keeps the session, if it has one (MS-RDPBCGR 1.3.1.4.1).
            if case .struck(let fault) = phase, fault.traits.farewell == .logsOff { session.disconnect() }
        case .errorInfo:
            break
        }
    }

    /// A client that is struck on its way to its desktop has an address too.
    private func learnAddress() {
        address = address ?? program?.connection?.localName
    }

    private func begin(_ report: SessionReport?) {
        guard case .starting = phase else { return }
        phase = .well
        if former == nil, !typed.isEmpty { terminal?.type(typed) }
        load.client(self, loggedOn: report)
    }

    private func finish(_ end: ClientEnd) {
        program = nil
        defer { phase = .gone }
        switch phase {
        case .starting: load.client(self, turnedAway: end)
        case .well where !load.isEnding: load.client(self, failed: "connection lost: \(end)")
        case .well, .struck, .gone: break
        }
    }
}
