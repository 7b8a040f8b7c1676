import Describing
import EventLoop
import RDP
import TerminalClient

/// What the load's clients speak, and so when one of them counts as logged on. Each is described in a file of its own beside
/// this, and registered in ``allCases``.
public struct LoadProtocol: Sendable {
    /// The one description that everything follows from.
    let traits: LoadProtocolTraits

    init(_ traits: LoadProtocolTraits) { self.traits = traits }

    /// Whether the server says what a session holds, so that there is something to come back to.
    public var reportsSessions: Bool { traits.reportsSessions }

    /// How connections are secured where nothing else is asked for.
    public var security: ClientSecurity { traits.security }
}

/// What a protocol of the load is.
final class LoadProtocolTraits: Sendable {
    let name: String
    /// What it is for and when a client counts as logged on, in one sentence without a full stop.
    let summary: String
    let reportsSessions: Bool
    let security: ClientSecurity
    /// Starts a client's program, from the given source where there is one. The program tells the client of what becomes of
    /// it.
    let open: @Sendable (LoadClient, any LoadOwner, SocketAddress?) throws(EventLoopError) -> any LoadSession
    /// The user ends the session for good.
    let logOff: @Sendable (any LoadSession) -> Void

    init(
        name: String, summary: String, reportsSessions: Bool = false, security: ClientSecurity = .none,
        logOff: @escaping @Sendable (any LoadSession) -> Void = { $0.logOff() },
        open: @escaping @Sendable (LoadClient, any LoadOwner, SocketAddress?) throws(EventLoopError) -> any LoadSession
    ) {
        self.name = name
        self.summary = summary
        self.reportsSessions = reportsSessions
        self.security = security
        self.logOff = logOff
        self.open = open
    }
}

extension LoadProtocol: RawRepresentable, Hashable {
    public init?(rawValue: String) {
        guard let known = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = known
    }

    public var rawValue: String { traits.name }
}

extension LoadProtocol: CaseIterable {
    /// Every protocol there is. A new one is a file in this folder and a word here.
    public static let allCases: [LoadProtocol] = [.tsserver, .rdp, .tcp]

    /// What help texts and tables say of each.
    public static var entries: [DescriptionEntry] {
        allCases.map { DescriptionEntry(name: $0.rawValue, summary: $0.traits.summary) }
    }

    /// For a help screen of 80 columns.
    public static var help: String { HelpText.list(entries.map { ($0.name, $0.summary) }) }
}
