/// What becomes of a client.
///
/// Each fault is described in a file of its own in `Kinds/`, and registered in ``allCases``. The raw value is the name that
/// the command line, the reports and the JSON use.
public struct Fault: Sendable {
    /// The one description that everything follows from.
    public let traits: FaultTraits

    public init(_ traits: FaultTraits) { self.traits = traits }
}

extension Fault: RawRepresentable, Hashable, Codable {
    public init?(rawValue: String) {
        guard let fault = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = fault
    }

    public var rawValue: String { traits.name }
}

extension Fault {
    /// Whether a session that stays Active after it is an orphan: its client is not there to use it, and did not say so.
    public var orphans: Bool {
        guard !heals else { return false }
        return traits.farewell == .none || traits.farewell == .closes
    }

    /// Whether the client comes back by itself after a while, with its connection.
    public var heals: Bool { lasts && traits.program == .keepsConnection }

    /// Whether something comes back by itself after a while: the client, or its machine without it.
    public var lasts: Bool { traits.lasts }

    /// Whether the workstation's address falls silent, which takes the firewall of a lab's namespace.
    public var darkens: Bool { traits.darkens }
}
