import EventLoop
import Liveness
import Time

/// What a transport is: how to listen and connect on it, and what it does by itself to learn whether a peer is there.
public final class TransportTraits: Sendable {
    /// Hears what cannot be helped and does not end a listener.
    public typealias Trouble = (EventLoopError) -> Void
    /// Gives a new connection its handler; nil turns it away.
    public typealias Accept = (any Connection) -> (any ConnectionHandler)?

    public typealias Listen =
        @Sendable (
            _ endpoint: Endpoint, _ policy: LivenessPolicy, _ backlogLimit: Int, _ loop: EventLoop, _ trouble: @escaping Trouble,
            _ accept: @escaping Accept
        ) throws(EventLoopError) -> TransportListener

    public typealias Connect =
        @Sendable (
            _ endpoint: Endpoint, _ source: SocketAddress?, _ backlogLimit: Int, _ loop: EventLoop, _ handler: any ConnectionHandler
        ) throws(EventLoopError) -> any Connection

    public let name: String
    /// What it is, in one sentence without a full stop.
    public let summary: String
    /// The port where none is given; nil where one must be.
    public let defaultPort: UInt16?
    /// Whether `ADDRESS%INTERFACE` is an endpoint of it: a station in frames, without UDP.
    public let takesInterfaces: Bool
    /// The watchdog that is part of it; nil for a transport that never looks for its peer by itself.
    public let watchdog: TransportWatchdog?
    /// Whether a machine that has been rebooted says so to whoever still sends to its old connections.
    public let resetsUnknown: Bool

    let listen: Listen
    let connect: Connect
    let detection: @Sendable (Situation, LivenessPolicy) -> Detection

    /// - Parameter detection: what it leads to after a fault, whatever the policy is.
    public init(
        name: String, summary: String, defaultPort: UInt16? = nil, takesInterfaces: Bool = false, watchdog: TransportWatchdog? = nil,
        resetsUnknown: Bool, detection: @escaping @Sendable (Situation, LivenessPolicy) -> Detection, listen: @escaping Listen,
        connect: @escaping Connect
    ) {
        self.name = name
        self.summary = summary
        self.defaultPort = defaultPort
        self.takesInterfaces = takesInterfaces
        self.watchdog = watchdog
        self.resetsUnknown = resetsUnknown
        self.detection = detection
        self.listen = listen
        self.connect = connect
    }
}

/// What a transport with a watchdog of its own does under a policy.
public struct TransportWatchdog: Sendable {
    /// How long the answer to the last question is waited for.
    public let answer: @Sendable (LivenessPolicy) -> Duration
    /// How long after the peer fell silent it is given up, at least and at most.
    public let bound: @Sendable (LivenessPolicy) -> ClosedRange<Duration>
    /// How often it asks while all is well.
    public let interval: @Sendable (LivenessPolicy) -> Duration

    public init(
        answer: @escaping @Sendable (LivenessPolicy) -> Duration, bound: @escaping @Sendable (LivenessPolicy) -> ClosedRange<Duration>,
        interval: @escaping @Sendable (LivenessPolicy) -> Duration
    ) {
        self.answer = answer
        self.bound = bound
        self.interval = interval
    }

    /// For an idle session. A driver that lives while its program hangs answers for ever.
    public func detection(_ situation: Situation, _ policy: LivenessPolicy) -> Detection {
        guard !situation.isBusy else { return .unclaimed("the driver repeats output on timers that no formula here describes") }
        return switch situation.kernel {
        case .acknowledges: .never
        case .silent: .within(bound(policy))
        // The first question after the machine is back is answered by a reset.
        case .resets(let back): .within(min(back, bound(policy).lowerBound)...(interval(policy) + back))
        }
    }
}

extension TransportKind {
    /// What a fault leads to on this transport, whatever the server's policy does besides.
    public func detection(of situation: Situation, under policy: LivenessPolicy) -> Detection {
        traits.detection(situation, policy)
    }
}
