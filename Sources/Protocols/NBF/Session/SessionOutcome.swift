/// Why a session ended, as its program is told.
public enum SessionEnd: Equatable, Sendable {
    /// This side ended it.
    case local
    /// The peer's program ended it (SESSION END).
    case peerClosed
    /// The peer threw it away, or does not know it (DISC without SESSION END, DM, FRMR).
    case reset
    /// The peer's driver did not answer.
    case timedOut
    /// Nobody listens there.
    case refused
    /// No station has the name.
    case unreachable
}

/// What became of a session through one event.
public struct SessionOutcome: Equatable, Sendable {
    /// The session is there: for the caller, confirmed; for the called, begun.
    public var opened = false
    /// Where in the frame's bytes data for the program lies.
    public var delivered: Range<Int>?
    /// What waited to be sent, and had grown, is gone.
    public var drained = false
    /// The program is to be told of the end; it is told once.
    public var ended: SessionEnd?
    /// The machine has nothing more to do, and can be let go of.
    public var isGone = false

    public init() {}
}

/// What became of bytes given to a session.
public enum SessionSend: Equatable, Sendable {
    /// They are all on their way.
    case sent
    /// Some wait.
    case queued
    /// Too many wait already: none was taken.
    case refused
    /// The session is not open.
    case closed
}
