import Time
import Wire

/// One end of a NetBIOS session over a link of its own (IBM LAN Technical Reference, NetBIOS protocol).
///
/// A session carries messages; a stream of bytes is made of them by sending whatever waits as one message, in frames of
/// DATA FIRST MIDDLE and a DATA ONLY LAST at its end, and the next when the peer's NetBIOS has acknowledged that. Two
/// stations have one session between them, so that the link lives exactly as long as the session does.
public struct SessionMachine: Sendable {
    enum Phase: UInt8 {
        /// The caller asks for the name, for a link, and for a session.
        case querying, linking, initializing
        /// The called has a link and waits for the caller to begin the session.
        case awaitingInitialize
        case open
        /// What waits goes out, then SESSION END.
        case draining
        /// SESSION END is to be acknowledged.
        case ending
        /// The peer said SESSION END, and is to end the link.
        case ended
        /// The link is being ended, and nobody cares for more.
        case closing
    }

    public internal(set) var link: LinkMachine
    var phase: Phase
    let called: NetBIOSName
    /// The peer's number of the session and this end's.
    public internal(set) var numbers: SessionNumbers

    /// The correlator that this end gave last, and those that it waits for and owes.
    var correlator: UInt16
    var awaitedAck: UInt16?
    var owedAcks: [UInt16] = []
    /// SESSION INITIALIZE or SESSION CONFIRM is to go out, with this correlator of the peer's.
    var owedHandshake: UInt16?

    var pending: [UInt8] = []
    var pendingStart = 0
    /// Of the message that is going out, bytes that have not.
    var messageLeft = 0
    /// Most data a frame may bring the peer.
    var largest: Int
    var backlogHasGrown = false

    public internal(set) var isPaused = false
    /// What came for a program that does not read.
    var held: [UInt8] = []
    /// The end that came behind what is held.
    var heldEnd: SessionEnd?

    var queries = 0
    /// When the phase has lasted too long.
    var deadline = MonotonicTime.never
    var aliveDue = MonotonicTime.never
    var aliveIsOwed = false

    /// The calling end. It begins with ``call(at:into:)``.
    ///
    /// - Parameters:
    ///   - number: the caller's number for the session, from 1 to 254.
    ///   - correlator: any number; different ones for calls that follow each other keep old answers apart.
    public init(
        from local: MACAddress, calling called: NetBIOSName, number: UInt8, correlator: UInt16, settings: NBFSettings
    ) {
        self.init(local, .netBIOS, called, phase: .querying, number: number, correlator: correlator, settings: settings)
    }

    /// The called end, once a station that got the name from it sends SABME.
    public init(
        at local: MACAddress, answering remote: MACAddress, pollFinal: Bool, settings: NBFSettings,
        at now: MonotonicTime, into output: inout NBFOutput
    ) {
        self.init(
            local, remote, .terminalServer, phase: .awaitingInitialize, number: Self.number(of: remote), correlator: 0,
            settings: settings)
        link.accept(pollFinal: pollFinal, at: now, into: &output)
        deadline = now + settings.parameters.sessionTimeout
    }

    private init(
        _ local: MACAddress, _ remote: MACAddress, _ called: NetBIOSName, phase: Phase, number: UInt8,
        correlator: UInt16, settings: NBFSettings
    ) {
        link = LinkMachine(local: local, remote: remote, settings: settings)
        self.called = called
        self.phase = phase
        self.correlator = correlator
        largest = settings.parameters.largestData
        numbers = SessionNumbers(destination: 0, source: number)
    }

    /// The number that the called end gives the session of a calling station. 1 would do, since it has but one with us; numbers
    /// that differ tell more in a capture. 0 and FF are none.
    static func number(of station: MACAddress) -> UInt8 { 1 + UInt8(station.bits % UInt64(SessionNumbers.largest)) }

    var parameters: NBFParameters { link.parameters }

    /// Whether a link is there that the caller has not begun a session on.
    public var isUnbegun: Bool { phase == .awaitingInitialize }

    public var isOpen: Bool { phase == .open }

    /// Whether nothing is left of it but a link that the peer is to let go of.
    public var isClosing: Bool { phase == .closing }

    /// Whether data and an end wait for a program that does not read, which outlives the link.
    public var isHolding: Bool { heldEnd != nil }

    /// Bytes that were taken and are not on their way.
    public var backlog: Int { pending.count - pendingStart }

    /// When ``tick(at:into:)`` has something to do.
    public var nextDeadline: MonotonicTime { min(link.nextDeadline, deadline, aliveDue) }

    // MARK: What the program does

    /// Asks who has the name.
    public mutating func call(at now: MonotonicTime, into output: inout NBFOutput) {
        queries += 1
        NameService.query(called, from: link.local, session: numbers.source, response: correlator, into: &output)
        deadline = now + parameters.nameQueryTimeout
    }

    /// Sends bytes, or keeps what cannot go now: any number where nothing waits, else no more than `limit` in all.
    public mutating func send(
        _ bytes: RawSpan, limit: Int, at now: MonotonicTime, into output: inout NBFOutput
    ) -> SessionSend {
        guard phase == .open else { return .closed }
        guard bytes.byteCount > 0 else { return .sent }
        guard backlog == 0 || backlog + bytes.byteCount <= limit else { return .refused }
        bytes.withUnsafeBytes { pending.append(contentsOf: $0) }
        var outcome = SessionOutcome()
        pump(at: now, into: &output, &outcome)
        if backlog > 0 { backlogHasGrown = true }
        return backlog > 0 ? .queued : .sent
    }

    /// Leaves what comes from now on with the driver.
    public mutating func pause() { isPaused = true }

    /// Reads again. What the driver held is returned; the outcome speaks of the end that came behind it.
    public mutating func resume(at now: MonotonicTime, into output: inout NBFOutput) -> ([UInt8], SessionOutcome) {
        isPaused = false
        var outcome = SessionOutcome()
        outcome.ended = heldEnd
        heldEnd = nil
        let bytes = held
        held = []
        link.setBusy(false, into: &output)
        return (bytes, outcome)
    }

    /// Ends the session from this side.
    public mutating func close(orderly: Bool, at now: MonotonicTime, into output: inout NBFOutput) -> SessionOutcome {
        var outcome = SessionOutcome()
        switch phase {
        case .querying:
            outcome.ended = .local
            outcome.isGone = true
        case .open where orderly:
            phase = .draining
            deadline = now + parameters.sessionTimeout
            pump(at: now, into: &output, &outcome)
        case .draining where orderly: break
        case .linking, .initializing, .awaitingInitialize, .open, .draining:
            outcome.ended = .local
            hangUp(at: now, into: &output)
        case .ending, .ended, .closing: break
        }
        return outcome
    }

    /// Ends the link, whatever is still on its way.
    mutating func hangUp(at now: MonotonicTime, into output: inout NBFOutput) {
        phase = .closing
        dropAll()
        link.disconnect(at: now, into: &output)
    }

    mutating func dropAll() {
        pending = []
        pendingStart = 0
        messageLeft = 0
        deadline = .never
        aliveDue = .never
        owedAcks = []
        awaitedAck = nil
        owedHandshake = nil
    }
}
