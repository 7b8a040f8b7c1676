import Time
import Wire

/// One end of an SPX connection: a value that is told of time, packets and the program's wishes, and gives out packets
/// and events. It reads no clock and does no I/O.
///
/// It is the driver's half of the machine, the one in the kernel or the VxD: it acknowledges data and answers the
/// watchdog of the other side whether or not its program reads. Whoever holds it calls ``advance(to:)`` when
/// ``nextDeadline`` has come, and after every call takes what there is from ``nextPacket(from:to:into:at:)`` and
/// ``nextEvent()``.
public struct SPXMachine {
    let settings: SPXSettings
    public let localID: UInt16
    /// ``SPXHeader/unknownConnection`` until the peer has given it.
    public internal(set) var remoteID: UInt16
    var phase: Phase
    var sender: SPXSender
    var receiver = SPXReceiver()
    /// What is to be sent besides data.
    var due: Due = []
    /// When to send again what is not answered: a request, the data under way, the end.
    var retransmitAt = MonotonicTime.zero
    /// Times it was sent again since the last progress.
    var attempts: UInt8 = 0
    /// How long the peer takes to acknowledge.
    var roundTrip = SPXRoundTrip()
    /// When something was last heard, or the last probe was due.
    var quietSince: MonotonicTime
    /// Probes since something was heard.
    var probes: UInt8 = 0
    /// When a connection that is ending is dropped.
    var dropAt = MonotonicTime.zero
    /// The sequence number of the end of the connection, once it has been sent.
    var endSequence: UInt16?
    private var hasOpened = false
    /// Why the connection has ended, until that has been told.
    private var untold: SPXEndReason?
    private var hasTold = false

    enum Phase: UInt8 {
        case requesting
        case open
        /// The program has closed it; data may still go out, then the end.
        case ending
        /// The peer has ended it and may have to be told so again.
        case lingering
        case ended
    }

    struct Due: OptionSet {
        let rawValue: UInt8
        static let request = Due(rawValue: 1)
        static let acceptance = Due(rawValue: 2)
        static let acknowledgement = Due(rawValue: 4)
        static let probe = Due(rawValue: 8)
        static let probeAnswer = Due(rawValue: 16)
        static let end = Due(rawValue: 32)
        static let endAcknowledgement = Due(rawValue: 64)
    }

    /// The side that asks for a connection.
    public init(connectingAs localID: UInt16, settings: SPXSettings, at now: MonotonicTime) {
        self.settings = settings
        self.localID = localID
        remoteID = SPXHeader.unknownConnection
        phase = .requesting
        sender = SPXSender(allocation: .max)
        due = .request
        quietSince = now
        retransmitAt = now.after(settings.connectionTimeout)
    }

    /// The side that was asked, and accepts.
    ///
    /// - Parameter request: the header of the request.
    public init(accepting request: SPXHeader, as localID: UInt16, settings: SPXSettings, at now: MonotonicTime) {
        self.settings = settings
        self.localID = localID
        remoteID = request.sourceID
        phase = .open
        sender = SPXSender(allocation: request.allocation)
        due = .acceptance
        quietSince = now
    }

    public var isOpen: Bool { phase == .open }

    /// Whether nothing will come of this connection any more, and a packet for it is as one for any unknown connection.
    public var isFinished: Bool { phase == .ended && untold == nil }

    /// Bytes given by the program that are not in a packet yet.
    public var unsent: Int { sender.unsent }

    // MARK: The program's wishes

    /// Takes bytes for the peer, however many; whoever calls keeps an eye on ``unsent``.
    public mutating func send(_ bytes: RawSpan) {
        if phase == .open, bytes.byteCount > 0 { sender.append(bytes) }
    }

    /// Whether the program takes data. While it does not, the driver takes a window of packets for it and then closes
    /// the window.
    public var isReading: Bool { receiver.isReading }

    public mutating func pauseReading() { receiver.isReading = false }

    /// The program takes data again: first what this returns.
    public mutating func resumeReading() -> [UInt8] {
        receiver.isReading = true
        guard !receiver.holdsNothing else { return [] }
        if phase == .open { due.insert(.acknowledgement) }
        return receiver.release()
    }

    /// Ends the connection once everything sent has arrived.
    public mutating func close(at now: MonotonicTime) {
        switch phase {
        case .requesting: end(.local)
        case .open:
            phase = .ending
            dropAt = now.after(settings.closeLimit)
            // What the program will not read must not close the window on the peer's own end.
            receiver.isReading = true
            _ = receiver.release()
        case .lingering, .ended: if untold != nil { untold = .local }
        case .ending: break
        }
        receiver.isReading = true
    }

    /// Forgets the connection and says nothing to the peer, whose watchdog will tell it: so Novell describes
    /// SPXAbortConnection, and so it is where a machine loses power.
    public mutating func abort() { end(.local) }

    // MARK: Events

    public mutating func nextEvent() -> SPXEvent? {
        if hasOpened {
            hasOpened = false
            return .opened
        }
        guard let reason = untold else { return nil }
        // The program hears that the peer has ended when it has read what came before.
        if reason == .peerEnded, !receiver.isReading || !receiver.holdsNothing { return nil }
        untold = nil
        return .ended(reason)
    }

    mutating func open() {
        phase = .open
        attempts = 0
        hasOpened = true
    }

    /// The connection is over for the program. ``Phase/lingering`` is for the caller to set.
    mutating func end(_ reason: SPXEndReason) {
        phase = .ended
        due = []
        sender.clear()
        if reason != .peerEnded { _ = receiver.release() }
        guard !hasTold else {
            if reason != .peerEnded, untold != nil { untold = reason }
            return
        }
        hasTold = true
        untold = reason
    }
}

/// What a connection tells its program.
public enum SPXEvent: Equatable, Sendable {
    /// The request to connect was accepted.
    case opened
    /// Nothing comes after this.
    case ended(SPXEndReason)
}

public enum SPXEndReason: Equatable, Sendable {
    /// Closed on this side.
    case local
    /// The peer ended the connection.
    case peerEnded
    /// The peer did not answer: a request, what was sent, or the watchdog.
    case timedOut
}
