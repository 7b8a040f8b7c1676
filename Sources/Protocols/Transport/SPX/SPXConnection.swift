import EventLoop
import SPX
import Time
import Wire

/// One SPX connection on a port: the machine that is its driver, and the program that uses it.
public final class SPXConnection: DriverConnection {
    /// Bytes that count as taken by the transport although the peer's window has no room for them yet, as a TCP socket's
    /// send buffer takes them.
    public static let sendBuffer = 64 * 1024

    let port: SPXPort
    var machine: SPXMachine
    let local: UInt32
    let remote: (address: UInt32, port: UInt16)
    let remoteIPX: IPXAddress
    private let backlogLimit: Int
    private var handler: (any ConnectionHandler)?
    /// Where in the port's wheel the connection is; -1 where it is not.
    var slot: Int64 = -1
    /// Whether the whole machine stands still: nothing is heard, answered or sent.
    public private(set) var isFrozen = false
    /// Whether the port counts this among those whose peers have not been heard of since they asked.
    var isUnheard = false
    private var hadBacklog = false
    private var resumes = false

    init(
        port: SPXPort, machine: SPXMachine, local: UInt32, remote: (address: UInt32, port: UInt16), remoteIPX: IPXAddress,
        backlogLimit: Int
    ) {
        self.port = port
        self.machine = machine
        self.local = local
        self.remote = remote
        self.remoteIPX = remoteIPX
        self.backlogLimit = backlogLimit
    }

    // MARK: Connection

    public var localAddress: SocketAddress? { .ipv4(local, port: port.address.port ?? 0) }

    public var remoteAddress: SocketAddress { .ipv4(remote.address, port: remote.port) }

    /// The client's connection id.
    public var connectionID: UInt16? { port.isServer ? machine.remoteID : machine.localID }

    public var backlog: Int { max(0, machine.unsent - Self.sendBuffer) }

    @discardableResult
    public func send(_ bytes: RawSpan) -> SendOutcome {
        guard machine.isOpen else { return .closed }
        let before = backlog
        guard before == 0 || before + bytes.byteCount <= backlogLimit else { return .refused }
        machine.send(bytes)
        pump()
        guard backlog > 0 else { return .sent }
        hadBacklog = true
        return .queued
    }

    public func pauseReading() {
        resumes = false
        machine.pauseReading()
    }

    /// What the driver took meanwhile comes from the loop, not from within this call.
    public func resumeReading() {
        guard !machine.isReading, !resumes else { return }
        resumes = true
        port.loop.afterThisCallback { [self] in resumeNow() }
    }

    /// An orderly end sends the backlog and datastream FE; an abort says nothing (see ``SPXMachine/abort()``).
    public func close(_ mode: CloseMode) {
        if case .orderly = mode, !isFrozen { machine.close(at: port.loop.now) } else { machine.abort() }
        isFrozen = false
        settle()
    }

    // MARK: Faults

    /// The machine loses power, or reboots: its driver knows nothing of the connection any more and says nothing.
    public func vanish() { close(.abort) }

    /// There is nothing to do: packets for a connection that the driver does not know are dropped, power or not.
    public func powerOn() {}

    /// The whole machine stops, driver included, or thaws and goes on where it was.
    public func setFrozen(_ frozen: Bool) {
        guard frozen != isFrozen else { return }
        isFrozen = frozen
        if !frozen { settle() }
    }

    // MARK: What the port tells

    func start(_ handler: any ConnectionHandler) {
        self.handler = handler
        settle()
    }

    /// Whoever listens would not have it.
    func turnAway() {
        machine.abort()
    }

    func tell(_ arrival: SPXArrival, _ data: RawSpan) {
        if arrival == .data, data.byteCount > 0 { handler?.connection(self, didReceive: data) }
        settle()
    }

    func advance(to now: MonotonicTime) {
        guard !isFrozen else { return }
        machine.advance(to: now)
        settle()
    }

    private func resumeNow() {
        guard resumes else { return }
        resumes = false
        let held = machine.resumeReading()
        if !held.isEmpty { handler?.connection(self, didReceive: held.span.bytes) }
        settle()
    }

    private func pump() {
        if !isFrozen { port.pump(self) }
    }

    /// Sends what there is to send and tells the handler what there is to tell.
    private func settle() {
        pump()
        while let event = machine.nextEvent() {
            switch event {
            case .opened: handler?.connectionDidOpen(self)
            case .ended(let reason): finish(CloseReason(reason))
            }
        }
        if hadBacklog, backlog == 0, machine.isOpen {
            hadBacklog = false
            handler?.connectionDidDrain(self)
        }
        if machine.isFinished { port.forget(self) }
    }

    private func finish(_ reason: CloseReason) {
        guard let handler else { return }
        self.handler = nil
        port.loop.afterThisCallback { [self] in handler.connection(self, didCloseWith: reason) }
    }
}

extension CloseReason {
    init(_ reason: SPXEndReason) {
        self =
            switch reason {
            case .local: .local
            case .peerEnded: .peerClosed
            case .timedOut: .timedOut
            }
    }
}
