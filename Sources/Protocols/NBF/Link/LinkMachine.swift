import Time
import Wire

/// One end of an LLC type 2 link: asynchronous balanced mode, modulo 128 (IEEE 802.2, 7).
///
/// The standard takes for granted that the medium keeps frames in order. Ours may not (they travel in datagrams), so two
/// things are read more kindly than 802.2 has them: an N(R) or N(S) that lies behind what is known is an old frame and not
/// an error, and a SABME on a link in use, which may be an old frame too, makes this end ask the peer before it believes
/// that the peer began anew. A frame must not be late by more than a hundred frames, or the numbers come round.
public struct LinkMachine: Sendable {
    /// What became of the link through an event.
    public enum Event: Equatable, Sendable {
        case none
        /// The link this end asked for is there.
        case up
        /// The frame's information field is the next of the peer's, and is the session's to take.
        case delivered
        case down(End)
    }

    /// Why a link is no more.
    public enum End: Equatable, Sendable {
        /// This end disconnected it, and the peer agreed or did not answer.
        case local
        /// The peer disconnected it.
        case disconnected
        /// The peer wants no link (DM in answer to SABME).
        case refused
        /// The peer knows of no link (DM), or one end sent what the other cannot make sense of (FRMR).
        case reset
        /// T1 ran out too often.
        case timedOut
    }

    enum Phase: UInt8 { case disconnected, connecting, connected, disconnecting }

    public let local: MACAddress
    public internal(set) var remote: MACAddress
    let settings: NBFSettings
    var phase = Phase.disconnected

    /// V(S), V(R), and the N(S) of the oldest frame that is not acknowledged.
    var sendNext: UInt8 = 0
    var receiveNext: UInt8 = 0
    var oldest: UInt8 = 0
    var store = SendStore()

    /// A command with the poll bit waits for its final.
    var isPolling = false
    var retries = 0
    /// The peer said RNR.
    var remoteIsBusy = false
    /// This end said RNR, and whether a frame was thrown away since.
    var isBusy = false
    var droppedWhileBusy = false
    /// A REJ was sent, and the frame it asked for has not come.
    var isRejecting = false
    /// I-frames taken since this end last acknowledged any.
    var owed = 0

    /// T1 in its several uses, T2 and Ti; never where they are not running.
    var t1 = MonotonicTime.never
    var t2 = MonotonicTime.never
    var ti = MonotonicTime.never

    public init(local: MACAddress, remote: MACAddress, settings: NBFSettings) {
        self.local = local
        self.remote = remote
        self.settings = settings
    }

    var parameters: NBFParameters { settings.parameters }

    /// Whether every I-frame sent is acknowledged.
    public var isAcknowledged: Bool { store.isEmpty }

    /// Whether an I-frame may go out now. While a poll waits for its final nothing new goes out, so that the final speaks
    /// of everything that did (802.2, 7.5.5: the AWAIT state).
    public var canSend: Bool {
        phase == .connected && !remoteIsBusy && !isPolling && store.count < parameters.window
    }

    /// When ``tick(at:into:)`` has something to do.
    public var nextDeadline: MonotonicTime { min(t1, t2, ti) }

    // MARK: What the session asks for

    /// Asks for a link.
    public mutating func connect(at now: MonotonicTime, into output: inout NBFOutput) {
        phase = .connecting
        retries = 0
        sendUnnumbered(.sabme, isResponse: false, pollFinal: true, into: &output)
        t1 = now + parameters.t1
    }

    /// Takes the link that a peer's SABME asks for.
    public mutating func accept(pollFinal: Bool, at now: MonotonicTime, into output: inout NBFOutput) {
        phase = .connected
        sendUnnumbered(.ua, isResponse: true, pollFinal: pollFinal, into: &output)
        ti = now + parameters.ti
    }

    /// Sends what was put into the output's scratch as the next I-frame. Only where ``canSend``.
    mutating func transmit(at now: MonotonicTime, into output: inout NBFOutput) {
        var scratch = ByteWriter()
        swap(&scratch, &output.scratch)
        store.append(scratch.bytes)
        sendInformation(sendNext, scratch.bytes.span.bytes, into: &output)
        scratch.removeAll()
        swap(&scratch, &output.scratch)
        sendNext = sendNext.next
        if t1 == .never { t1 = now + parameters.t1 }
    }

    /// Says that this end can take no more data for now, or that it can again.
    mutating func setBusy(_ busy: Bool, into output: inout NBFOutput) {
        guard busy != isBusy else { return }
        isBusy = busy
        guard phase == .connected else { return }
        if !busy, droppedWhileBusy {
            isRejecting = true
            sendSupervisory(.reject, into: &output)
        } else {
            sendAcknowledgement(into: &output)
        }
        droppedWhileBusy = false
    }

    /// Acknowledges what came at once, without waiting for T2.
    mutating func acknowledgeNow(into output: inout NBFOutput) {
        if owed > 0, phase == .connected { sendAcknowledgement(into: &output) }
    }

    /// Ends the link; what is not acknowledged is lost. The peer is told until it answers.
    public mutating func disconnect(at now: MonotonicTime, into output: inout NBFOutput) {
        guard phase != .disconnected, phase != .disconnecting else { return }
        clear()
        phase = .disconnecting
        sendUnnumbered(.disc, isResponse: false, pollFinal: true, into: &output)
        t1 = now + parameters.t1
    }

    mutating func goDown(_ end: End) -> Event {
        clear()
        phase = .disconnected
        return .down(end)
    }

    private mutating func clear() {
        store.removeAll()
        (t1, t2, ti) = (.never, .never, .never)
        retries = 0
        isPolling = false
    }
}

extension MonotonicTime {
    /// Later than anything; where a timer stands that is not running.
    static let never = MonotonicTime(nanoseconds: .max)
}

extension UInt8 {
    /// The sequence number after this one.
    var next: UInt8 { (self &+ 1) & 127 }

    /// How far this sequence number lies ahead of `other`, 0 to 127.
    func ahead(of other: UInt8) -> Int { Int((self &- other) & 127) }
}
