import EventLoop
import Glibc
import RDP
import Time
import Transport

/// A whole client program: it logs on, does what its script says, and tells what it sees.
public final class ClientProgram: ClientSessionDelegate {
    /// How the program ended.
    public enum Outcome: Equatable, Sendable {
        /// The user left, or the script is at its end.
        case left
        case refused(ErrorInfo)
        /// The connection ended without the user's doing.
        case lost(ClientEnd)
    }

    private let loop: EventLoop
    private let tell: (ClientNews) -> Void
    private var actions: ArraySlice<ClientAction>
    private var session: ClientSession?
    private var timer: Timer?
    private var hangTimer: Timer?
    private var logonTimer: Timer?
    private let hangAfter: Duration?
    private var hasBegun = false
    private var isLeaving = false
    private var isHung = false
    private let endpoint: Endpoint
    /// Nil until the program has ended.
    public private(set) var outcome: Outcome?

    /// Starts to connect; run the loop until it stops, then ask for ``outcome``.
    ///
    /// - Parameters:
    ///   - logonDeadline: how long the desktop may take.
    ///   - hangAfter: when the program is to hang, from the desktop on; nil for never.
    ///   - tell: hears what is worth showing.
    public init(
        to endpoint: Endpoint, from source: SocketAddress?, as configuration: ClientConfiguration, script: ClientScript,
        logonDeadline: Duration, hangAfter: Duration?, on loop: EventLoop, tell: @escaping (ClientNews) -> Void
    ) throws(EventLoopError) {
        self.loop = loop
        self.tell = tell
        self.hangAfter = hangAfter
        self.endpoint = endpoint
        actions = script.actions[...]
        session = try ClientSession(to: endpoint, from: source, as: configuration, on: loop, delegate: self)
        logonTimer = loop.after(logonDeadline) { [unowned self] in self.session?.giveUpLogon(after: logonDeadline) }
    }

    /// Leaves the session to be picked up again.
    public func leave() {
        isLeaving = true
        session?.disconnect()
    }

    public func session(_ session: ClientSession, did event: ClientSessionEvent) {
        guard !isHung else { return }
        switch event {
        case .activated:
            tell(.desktop)
            guard !hasBegun else { return }
            hasBegun = true
            logonTimer = nil
            hangTimer = hangAfter.map { loop.after($0) { [unowned self] in hang() } }
            next()
        case .loggedOn(let number, let user):
            tell(.session(number, user: user))
        case .reported(let report):
            tell(.report(report))
        case .errorInfo(let reason):
            tell(.serverSays(reason))
        case .shutdownDenied:
            break
        case .ended(let end):
            outcome = outcome(of: end)
            tell(.ended(end))
            loop.stop()
        }
    }

    private func outcome(of end: ClientEnd) -> Outcome {
        if isLeaving { return .left }
        if case .server(let reason) = end, !hasBegun { return .refused(reason) }
        return .lost(end)
    }

    private func next() {
        guard let action = actions.popFirst(), let session else { return }
        switch action {
        case .type(let text): session.type(text)
        case .minimise: session.minimise(true)
        case .restore: session.minimise(false)
        case .hang: return hang()
        case .disconnect: return leave()
        case .logOff:
            isLeaving = true
            return session.logOff()
        case .wait(let duration):
            timer = loop.after(duration) { [unowned self] in next() }
            return
        }
        next()
    }

    /// The program never comes back to its loop, as one that waits for something that never comes. Its kernel goes on
    /// acknowledging for it, and signals end it as they end any program. Over the datagram transports what acknowledges is
    /// the driver in this process: there the loop goes on for the driver, and nothing else.
    private func hang() {
        tell(.hanging)
        for number in [SIGTERM, SIGINT] { signal(number, SIG_DFL) }
        if endpoint.kind == .tcp { while true { pause() } }
        isHung = true
        timer = nil
        session?.hang()
    }
}

/// What a client program has to say to whoever watches it.
public enum ClientNews: Equatable, Sendable {
    case desktop
    case session(UInt32, user: String)
    case report(SessionReport)
    case serverSays(ErrorInfo)
    case hanging
    case ended(ClientEnd)
}
