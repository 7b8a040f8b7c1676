import Describing
import Time

/// One thing that happens to one workstation in a storm.
public struct StressAction: Equatable, Sendable {
    public enum Verb: Equatable, Sendable {
        /// Its user logs on there; a dark machine gets its power first.
        case logon
        /// The user types something that nobody else types.
        case type
        /// The user starts endless output in the session.
        case flood
        /// The user gives the client up: the program ends, whatever state it is in.
        case quit
        /// For how long counts where something comes back: a reboot, a frozen machine, a cut line.
        case fault(Fault, lasting: Duration)
    }

    /// Since the storm began.
    public var at: Duration
    /// The workstation's number.
    public var workstation: Int
    public var verb: Verb

    public init(at: Duration, workstation: Int, _ verb: Verb) {
        self.at = at
        self.workstation = workstation
        self.verb = verb
    }

    /// When nothing more follows from it by itself.
    public var end: Duration {
        if case .fault(_, let lasting) = verb { at + lasting } else { at }
    }
}

/// Why a text is no schedule.
public struct StressTextError: Error, Equatable, CustomStringConvertible {
    public let line: String

    public init(line: String) { self.line = line }

    public var description: String {
        "schedule: cannot read '\(line)': a line is TIME WORKSTATION ACTION like '1500ms 7 logon', ACTION one of logon, type, "
            + "flood, quit, or a fault, with a duration behind "
            + Fault.allCases.filter(\.lasts).map(\.rawValue).listed(or: "and")
    }
}

extension StressAction: CustomStringConvertible {
    private static let plain: [(name: String, verb: Verb)] = [
        ("logon", .logon), ("type", .type), ("flood", .flood), ("quit", .quit),
    ]

    /// Reads `1500ms 7 link-cut 2s`.
    public init(parsing line: some StringProtocol) throws(StressTextError) {
        let words = line.split(separator: " ")
        guard words.count >= 3, let at = DurationText.parse(words[0]), let workstation = Int(words[1]),
            0...0xFFFF ~= workstation, let verb = Self.verb(words[2], words.dropFirst(3).map { DurationText.parse($0) })
        else { throw StressTextError(line: String(line.prefix(80))) }
        self.init(at: at, workstation: workstation, verb)
    }

    private static func verb(_ name: some StringProtocol, _ lasting: [Duration?]) -> Verb? {
        if let verb = plain.first(where: { $0.name == name })?.verb { return lasting.isEmpty ? verb : nil }
        guard let fault = Fault(rawValue: String(name)) else { return nil }
        if !fault.lasts { return lasting.isEmpty ? .fault(fault, lasting: .zero) : nil }
        guard lasting.count == 1, let duration = lasting[0] else { return nil }
        return .fault(fault, lasting: duration)
    }

    public var description: String {
        let what =
            switch verb {
            case .fault(let fault, let lasting): fault.rawValue + (fault.lasts ? " \(DurationText.format(lasting))" : "")
            default: Self.plain.first { $0.verb == verb }?.name ?? ""
            }
        return "\(DurationText.format(at)) \(workstation) \(what)"
    }
}
