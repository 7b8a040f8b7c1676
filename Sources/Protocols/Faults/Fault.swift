/// What becomes of a client. The raw value is the name that the command line, the reports and the JSON use.
public enum Fault: String, Codable, Sendable, CaseIterable {
    /// The machine goes dark: it sends nothing, not even the end of its connections.
    case powerOff = "power-off"
    /// As power-off, but the machine comes back, knows nothing of its connections, and resets what arrives for them.
    case reboot
    /// The program stops and its machine goes on: the kernel acknowledges what nobody reads (the Win16 hang).
    case hang
    /// The whole machine stops, kernel and all, then goes on as if nothing had been.
    case freeze
    /// The process dies, and its kernel closes its connections.
    case kill
    /// The line goes dead and heals; program and machine are well.
    case linkCut = "link-cut"
    /// The user leaves the session to be picked up again, and the program says so.
    case disconnect
    /// The user ends the session.
    case logoff

    /// Whether a session that stays Active after it is an orphan: its client is not there to use it.
    public var orphans: Bool {
        switch self {
        case .powerOff, .reboot, .hang, .kill: true
        case .freeze, .linkCut, .disconnect, .logoff: false
        }
    }

    /// Whether the client comes back by itself after a while.
    public var heals: Bool { self == .freeze || self == .linkCut }

    /// Whether the workstation's address falls silent, which takes the firewall of a lab's namespace.
    public var darkens: Bool { self == .powerOff || self == .reboot || self == .linkCut }
}
