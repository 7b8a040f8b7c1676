import EventLoop
import Faults
import Netlab
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
    private unowned let load: any LoadOwner
    private(set) var phase = Phase.starting
    private(set) var session: UInt32?
    /// Address and port, as the server sees them.
    private(set) var address: String?
    private var program: (any LoadSession)?
    /// The driver of a machine that is off and will come on again; over TCP that is the kernel's affair.
    private var driver: (any DriverConnection)?

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
            program = try load.plan.speaks == .tcp ? idle(from: source) : terminal(from: source)
        } catch {
            phase = .gone
            load.client(self, couldNotStart: error.description)
        }
    }

    private func idle(from source: SocketAddress?) throws(EventLoopError) -> any LoadSession {
        try IdleConnection(
            to: load.plan.target(of: workstation), from: source, on: load.loop,
            opened: { [unowned self] in
                learnAddress()
                begin(nil)
            }, closed: { [unowned self] in finish(.transport($0)) })
    }

    private func terminal(from source: SocketAddress?) throws(EventLoopError) -> any LoadSession {
        var configuration = ClientConfiguration(
            user: user, clientName: workstation.name, answersRoundTrips: load.plan.behaviour.answersRoundTrips)
        configuration.security = load.plan.behaviour.security
        return try ClientSession(to: load.plan.target(of: workstation), from: source, as: configuration, on: load.loop, delegate: self)
    }

    private var terminal: ClientSession? { program as? ClientSession }

    // MARK: Faults

    /// Whatever can be done on the client's side; an address goes dark for all that lose it at once, before this.
    func suffer(_ fault: Fault) throws(NetlabError) {
        phase = .struck(fault)
        learnAddress()
        switch fault {
        case .powerOff, .reboot:
            driver = program?.connection as? any DriverConnection
            program?.vanish()
        case .hang: program?.hang()
        case .freeze: try setFrozen(true)
        case .kill: program?.die()
        case .linkCut: break
        case .disconnect: program?.disconnect()
        case .logoff where load.plan.speaks == .rdp: terminal?.requestShutdown()
        case .logoff: program?.logOff()
        }
    }

    /// A fault could not be injected: the client is as it was.
    func wasSpared() {
        if case .struck = phase { phase = .well }
    }

    /// The line or the machine is well again.
    func heal() throws(NetlabError) {
        driver?.powerOn()
        driver = nil
        guard case .struck(let fault) = phase, fault.heals else { return }
        if fault == .freeze { try setFrozen(false) }
        phase = .well
    }

    private func setFrozen(_ frozen: Bool) throws(NetlabError) {
        if let driver = program?.connection as? any DriverConnection { return driver.setFrozen(frozen) }
        let descriptor =
            switch program?.connection {
            case let stream as Stream: stream.fileDescriptor
            case let stream as TLSStream: stream.fileDescriptor
            default: Int32(-1)
            }
        guard descriptor >= 0 else { return }
        if frozen { program?.hang() } else { program?.wake() }
        try SocketFreeze.set(descriptor, frozen: frozen)
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
            if case .struck(.logoff) = phase { session.disconnect() }
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
