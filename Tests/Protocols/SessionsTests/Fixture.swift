import Sessions
import Time

/// A moment, in seconds of virtual time.
func at(_ seconds: Double) -> MonotonicTime { .zero + .seconds(seconds) }

extension SessionTable {
    /// A table with the one listener `rdp-tcp`.
    static func fresh(
        _ limits: SessionLimits = SessionLimits(), brokenConnection: BrokenConnectionAction = .disconnect
    ) -> SessionTable {
        SessionTable(listeners: ["rdp-tcp"], limits: limits, brokenConnection: brokenConnection, at: .zero)
    }

    mutating func arrive(at now: MonotonicTime = .zero) -> SessionID {
        connect(listener: "rdp-tcp", address: "192.0.2.1:1024", at: now)
    }

    /// Connects and logs on.
    @discardableResult
    mutating func enter(_ user: String, at now: MonotonicTime = .zero) throws(Refusal) -> LogonOutcome {
        try logon(arrive(at: now), user: user, clientName: "WS00001", at: now)
    }

    mutating func type(_ text: String, in id: SessionID) {
        for character in text { handleInput(of: id, at: .zero) { $0.type(character) } }
    }
}
