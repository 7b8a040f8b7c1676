/// What a fault is: how it is done to a client, and what the server can notice of it. What is expected of each policy follows
/// from these traits.
public final class FaultTraits: Sendable {
    /// What the kernel of the client's machine does with the packets that arrive from then on.
    public enum Kernel: Sendable {
        /// It acknowledges them, whether or not a program reads.
        case acknowledges
        /// Nothing comes back.
        case silent
        /// Nothing comes back at first; later the machine is there again, does not know the connection, and says so where its
        /// protocol has a word for that.
        case forgets
    }

    /// What becomes of the client's program.
    public enum Program: Sendable {
        /// It runs on, or will, and still has its connection.
        case keepsConnection
        /// It answers nothing any more, and its connection is open.
        case stops
        case ends
    }

    /// What is said when it happens.
    public enum Farewell: Sendable {
        case none
        /// The kernel closes or resets the connection.
        case closes
        /// The client says that its user will come back for the session.
        case disconnects
        /// The client says that its user has ended the session.
        case logsOff
    }

    public let name: String
    /// What happens, in one sentence without a full stop.
    public let summary: String
    public let kernel: Kernel
    public let program: Program
    public let farewell: Farewell
    /// Whether the workstation's address falls silent. The lab's firewall does that for all that are struck at once, before
    /// ``strike``, and takes it back when the fault has lasted.
    public let darkens: Bool
    /// Whether it is over after a while.
    public let lasts: Bool
    /// Whether a program that had it must be ended by its user before the workstation can be used again.
    public var leavesProgram: Bool { program == .stops }

    let strike: @Sendable (any FaultVictim) throws -> Void
    let heal: @Sendable (any FaultVictim) throws -> Void

    /// - Parameters:
    ///   - strike: does to the client what the firewall does not.
    ///   - heal: undoes it when it has lasted; not called for what does not last.
    public init(
        name: String, summary: String, kernel: Kernel, program: Program, farewell: Farewell = .none, darkens: Bool = false,
        lasts: Bool = false, strike: @escaping @Sendable (any FaultVictim) throws -> Void = { _ in },
        heal: @escaping @Sendable (any FaultVictim) throws -> Void = { _ in }
    ) {
        self.name = name
        self.summary = summary
        self.kernel = kernel
        self.program = program
        self.farewell = farewell
        self.darkens = darkens
        self.lasts = lasts
        self.strike = strike
        self.heal = heal
    }
}
