import Describing
import Time

/// One way to learn that a client has gone, with its parameters. Each is a file in `Policies/`: its description, what it does,
/// and what is expected of it. A ``LivenessPolicy`` is made of one or several.
public protocol LivenessRule: Hashable, Sendable {
    /// As the command line, the reports and the JSON have it.
    static var name: String { get }
    /// What it does, in one sentence without a full stop.
    static var summary: String { get }
    /// What it cannot see; nil for nothing.
    static var blindTo: String? { get }
    static var parameters: [Parameter<Self>] { get }
    /// With every parameter as it is where nothing is said.
    static var standard: Self { get }
    /// The names of the transports that carry it out; nil for a rule of the server program's own, which works on all.
    static var transports: [String]? { get }

    /// What the kernel is told of each TCP connection.
    var socketOptions: [SocketOption] { get }
    /// Who decides when client programs are probed; nil where nobody does.
    func monitor<Token>(of: Token.Type) -> (any LivenessMonitor<Token>)?
    /// How often the taskbar clock is redrawn; nil to leave that alone.
    var clockInterval: Duration? { get }
    /// How long a client may take to answer that is asked because its user, or another on a full server, logs on; nil where
    /// none is asked then.
    var challengeTimeout: Duration? { get }
    /// The control socket of the line that it must know of; empty where none was named.
    var line: String? { get set }

    /// What it sends while a session idles; nil for nothing.
    var probing: Probing? { get }
    /// The same rule at another interval; nil for one that does nothing regularly.
    func every(_ interval: Duration) -> Self?

    /// What it leads to by its parameters alone; nil where it finds nobody by itself, or when is a transport's own affair.
    ///
    /// - Parameter policy: the rules that are in force beside it, itself included.
    func closedForm(in policy: LivenessPolicy) -> ClosedForm?
    /// What it leads to after a fault, by itself and on a line that loses nothing; what the transport does anyway is that
    /// one's affair.
    ///
    /// - Parameter policy: the rules that are in force beside it, itself included.
    func detection(of situation: Situation, in policy: LivenessPolicy) -> Detection
}

extension LivenessRule {
    public static var blindTo: String? { nil }
    public static var parameters: [Parameter<Self>] { [] }
    public static var transports: [String]? { nil }
    public var socketOptions: [SocketOption] { [] }
    public func monitor<Token>(of: Token.Type) -> (any LivenessMonitor<Token>)? { nil }
    public var clockInterval: Duration? { nil }
    public var challengeTimeout: Duration? { nil }
    public var line: String? {
        get { nil }
        set {}
    }
    public var probing: Probing? { nil }
    public func every(_ interval: Duration) -> Self? { nil }
    public func closedForm(in policy: LivenessPolicy) -> ClosedForm? { nil }
    /// Finds nobody.
    public func detection(of situation: Situation, in policy: LivenessPolicy) -> Detection { .never }

    /// What help texts and tables say of it.
    static var entry: DescriptionEntry {
        DescriptionEntry(name: name, summary: summary, blindTo: blindTo, parameters, standard: standard)
    }

    var text: String { ParameterText.write(Self.name, Self.parameters, of: self) }

    func isSame(as other: any LivenessRule) -> Bool { (other as? Self) == self }
}

/// What a rule sends on each connection while its session idles.
public struct Probing: Sendable {
    /// Between two probes while all is well.
    public var every: Duration
    /// Whether a probe is data, which the transport repeats until it is acknowledged, or something of the transport's own.
    public var isData: Bool
    /// Whether a probe has a line dialled that is down.
    public var dials: Bool

    public init(every: Duration, isData: Bool, dials: Bool = true) {
        self.every = every
        self.isData = isData
        self.dials = dials
    }
}

/// One option of a TCP socket, as setsockopt(2) takes it.
public struct SocketOption: Hashable, Sendable {
    public var level: Int32
    public var name: Int32
    public var value: Int32

    public init(_ level: Int32, _ name: Int32, _ value: Int32) {
        self.level = level
        self.name = name
        self.value = value
    }
}
