import Slab
import Time

/// What a monitor wants done.
public enum HeartbeatEffect<Token> {
    /// Send the client a probe with this sequence number.
    case probe(Token, sequence: UInt16)
    /// The client is to be taken for dead, and is no longer watched.
    case dead(Token)
}

/// Names one watched session, until it is stopped. A watch outlives its session harmlessly.
public typealias LivenessWatch = SlabHandle

/// Decides when client programs are probed and when silence means death. It knows no clock: time is told from outside,
/// and effects are taken with ``next(at:)`` until there are none.
public protocol LivenessMonitor<Token> {
    associatedtype Token

    /// When ``next(at:)`` may next have something to say; nil while it will not by itself.
    var nextDeadline: MonotonicTime? { get }
    /// Begins to watch a session, heard of just now.
    mutating func start(_ token: Token, at now: MonotonicTime) -> LivenessWatch
    /// Something was received from the session's client.
    mutating func heard(_ watch: LivenessWatch, at now: MonotonicTime)
    /// What was received is the answer to the probe with this sequence number, of which only the low byte may have come back
    /// (a dynamic channel's id).
    mutating func answered(_ watch: LivenessWatch, sequence: UInt16, at now: MonotonicTime)
    mutating func stop(_ watch: LivenessWatch)
    /// The next thing due by `now`; nil when there is nothing more.
    mutating func next(at now: MonotonicTime) -> HeartbeatEffect<Token>?
    /// The line to the clients is up, or is not, for reasons that are not the monitor's.
    mutating func line(isUp: Bool, at now: MonotonicTime)
}

extension LivenessMonitor {
    public mutating func answered(_ watch: LivenessWatch, sequence: UInt16, at now: MonotonicTime) {}
    public mutating func line(isUp: Bool, at now: MonotonicTime) {}
}
