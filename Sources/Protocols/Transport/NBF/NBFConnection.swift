import EventLoop
import NBF
import Time
import Wire

/// One NetBIOS session on a port: the machine that is its driver, and the program that uses it.
public final class NBFConnection: DriverConnection {
    let port: NBFPort
    var machine: SessionMachine
    let key: NBFPort.Key
    let local: UInt32
    private let backlogLimit: Int
    private var handler: (any ConnectionHandler)?
    /// When the port looks at the machine next; never where it does not.
    var wake = NBFPort.never
    /// Whether the whole machine stands still: nothing is heard, answered or sent.
    public private(set) var isFrozen = false
    private var resumes = false
    /// Whether the port counts this among the links without a session.
    var isUnbegun = false
    /// Holds a connection whose link is gone while data waits for a program that does not read.
    private var itself: NBFConnection?

    init(port: NBFPort, machine: SessionMachine, key: NBFPort.Key, local: UInt32, backlogLimit: Int) {
        self.port = port
        self.machine = machine
        self.key = key
        self.local = local
        self.backlogLimit = backlogLimit
    }

    // MARK: Connection

    public var localAddress: SocketAddress? { .ipv4(local, port: port.address.port ?? 0) }

    public var remoteAddress: SocketAddress { .ipv4(key.address, port: key.port) }

    /// The caller's session number.
    public var connectionID: UInt16? { UInt16(port.isServer ? machine.numbers.destination : machine.numbers.source) }

    public var backlog: Int { machine.backlog }

    @discardableResult
    public func send(_ bytes: RawSpan) -> SendOutcome {
        let outcome: SendOutcome =
            switch machine.send(bytes, limit: backlogLimit, at: port.loop.now, into: &port.output) {
            case .sent: .sent
            case .queued: .queued
            case .refused: .refused
            case .closed: .closed
            }
        port.flush(self)
        return outcome
    }

    public func pauseReading() {
        resumes = false
        machine.pause()
    }

    /// What the driver took meanwhile comes from the loop, not from within this call.
    public func resumeReading() {
        guard machine.isPaused, !resumes else { return }
        resumes = true
        port.loop.afterThisCallback { [self] in resumeNow() }
    }

    /// An orderly end sends the backlog and SESSION END before the link is ended; an abort ends the link.
    public func close(_ mode: CloseMode) {
        if isFrozen { return vanish() }
        var isOrderly = false
        if case .orderly = mode { isOrderly = true }
        settle(machine.close(orderly: isOrderly, at: port.loop.now, into: &port.output))
    }

    // MARK: Faults

    /// The machine loses power: nothing is said, and frames for its station are not answered until ``powerOn()`` or until
    /// somebody connects from it again.
    public func vanish() {
        port.darken(self)
        isFrozen = false
        finish(.local)
    }

    /// The machine whose power was lost has it again, and its driver knows of no link: it answers DM.
    public func powerOn() { port.lighten(key.caller) }

    /// The whole machine stops, driver included, or thaws and goes on where it was.
    public func setFrozen(_ frozen: Bool) {
        guard frozen != isFrozen else { return }
        isFrozen = frozen
        if !frozen { advance(to: port.loop.now) }
    }

    // MARK: What the port tells

    func start(_ handler: any ConnectionHandler) {
        self.handler = handler
        machine.call(at: port.loop.now, into: &port.output)
        port.flush(self)
    }

    func advance(to now: MonotonicTime) {
        settle(machine.tick(at: now, into: &port.output))
    }

    /// Sends what the machine said, and tells the handler what became of it.
    func settle(_ outcome: SessionOutcome, _ bytes: RawSpan = RawSpan()) {
        port.flush(self)
        if outcome.opened { open() }
        if let data = outcome.delivered { handler?.connection(self, didReceive: bytes.extracting(data)) }
        if outcome.drained { handler?.connectionDidDrain(self) }
        if let end = outcome.ended { finish(CloseReason(end)) }
        if outcome.isGone {
            if machine.isHolding { itself = self }
            port.forget(self)
        }
    }

    private func open() {
        if let handler { return handler.connectionDidOpen(self) }
        handler = port.accept?(self)
        if handler == nil { close(.abort) }
    }

    private func resumeNow() {
        guard resumes else { return }
        resumes = false
        let (held, outcome) = machine.resume(at: port.loop.now, into: &port.output)
        if !held.isEmpty { handler?.connection(self, didReceive: held.span.bytes) }
        settle(outcome)
    }

    private func finish(_ reason: CloseReason) {
        itself = nil
        guard let handler else { return }
        self.handler = nil
        port.loop.afterThisCallback { [self] in handler.connection(self, didCloseWith: reason) }
    }
}

extension CloseReason {
    init(_ end: SessionEnd) {
        self =
            switch end {
            case .local: .local
            case .peerClosed: .peerClosed
            case .reset: .reset
            case .timedOut: .timedOut
            case .refused: .refused
            case .unreachable: .unreachable
            }
    }
}
