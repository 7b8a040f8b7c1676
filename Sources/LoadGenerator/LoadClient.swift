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
    private var connection: ClientSession?
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
        var configuration = ClientConfiguration(
            user: user, clientName: workstation.name, answersRoundTrips: load.plan.behaviour.answersRoundTrips)
        configuration.security = load.plan.behaviour.security
        let source = workstation.address(from: load.plan.sources).map { SocketAddress.ipv4($0, port: 0) }
        do {
            connection = try ClientSession(
                to: load.plan.target(of: workstation), from: source, as: configuration, on: load.loop, delegate: self)
        } catch {
            phase = .gone
            load.client(self, failed: error.description)
        }
    }

    // MARK: Faults

    /// Whatever can be done on the client's side; an address goes dark for all that lose it at once, before this.
    func suffer(_ fault: Fault) throws(NetlabError) {
        phase = .struck(fault)
        learnAddress()
        switch fault {
        case .powerOff, .reboot:
            driver = connection?.connection as? any DriverConnection
            connection?.vanish()
        case .hang: connection?.hang()
        case .freeze: try setFrozen(true)
        case .kill: connection?.die()
        case .linkCut: break
        case .disconnect: connection?.disconnect()
        case .logoff: connection?.logOff()
        }
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
        if let driver = connection?.connection as? any DriverConnection { return driver.setFrozen(frozen) }
        guard let stream = connection?.connection as? Stream else { return }
        if frozen { connection?.hang() } else { connection?.wake() }
        try SocketFreeze.set(stream.fileDescriptor, frozen: frozen)
    }

    /// The user goes on typing.
    func type(_ text: String) { connection?.type(text) }

    /// The user opens the window, so that the server has somebody to draw for.
    func restore() { connection?.minimise(false) }

    /// The user ends the program, whatever state it is in; what it is told after that means nothing.
    func giveUp() {
        phase = .struck(.kill)
        learnAddress()
        connection?.die()
    }

    /// The program ends: with the load generator, or because its user gives it up.
    func leave() { connection?.die() }

    // MARK: ClientSessionDelegate

    func session(_ session: ClientSession, did event: ClientSessionEvent) {
        switch event {
        case .activated:
            learnAddress()
            if load.plan.behaviour.minimised { session.minimise(true) }
        case .loggedOn(let number, _):
            self.session = number
        case .reported(let report):
            self.session = report.session
            begin(session, report)
        case .ended(let end):
            finish(end)
        case .errorInfo, .shutdownDenied:
            break
        }
    }

    /// A client that is struck on its way to its desktop has an address too.
    private func learnAddress() {
        address = address ?? connection?.connection?.localName
    }

    private func begin(_ session: ClientSession, _ report: SessionReport) {
        guard case .starting = phase else { return }
        phase = .well
        if former == nil, !typed.isEmpty { session.type(typed) }
        load.client(self, loggedOn: report)
    }

    private func finish(_ end: ClientEnd) {
        connection = nil
        defer { phase = .gone }
        switch phase {
        case .starting: load.client(self, turnedAway: end)
        case .well where !load.isEnding: load.client(self, failed: "connection lost: \(end)")
        case .well, .struck, .gone: break
        }
    }
}
