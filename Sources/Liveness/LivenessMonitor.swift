import Time

/// What a monitor wants done.
public enum HeartbeatEffect<Token> {
    /// Send the client a probe with this sequence number.
    case probe(Token, sequence: UInt16)
    /// The client is to be taken for dead, and is no longer watched.
    case dead(Token)
}

/// Names one watched session, until it is stopped. A watch outlives its session harmlessly.
public struct LivenessWatch: Hashable, Sendable {
    let index: UInt32
    let generation: UInt32
}

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
    /// What was received is the answer to a probe.
    mutating func answered(_ watch: LivenessWatch, at now: MonotonicTime)
    mutating func stop(_ watch: LivenessWatch)
    /// The next thing due by `now`; nil when there is nothing more.
    mutating func next(at now: MonotonicTime) -> HeartbeatEffect<Token>?
    /// The line to the clients is up, or is not, for reasons that are not the monitor's.
    mutating func line(isUp: Bool, at now: MonotonicTime)
}

extension LivenessMonitor {
    public mutating func answered(_ watch: LivenessWatch, at now: MonotonicTime) {}
    public mutating func line(isUp: Bool, at now: MonotonicTime) {}
}

/// The sessions that a monitor watches, each with what the monitor keeps for it, in a dense array.
struct WatchTable<Entry> {
    private struct Slot {
        var entry: Entry?
        var generation: UInt32 = 0
    }

    private var slots: [Slot] = []
    private var free: [UInt32] = []

    mutating func add(_ entry: Entry) -> LivenessWatch {
        let index = free.popLast() ?? {
            slots.append(Slot())
            return UInt32(slots.count - 1)
        }()
        slots[Int(index)].entry = entry
        return LivenessWatch(index: index, generation: slots[Int(index)].generation)
    }

    mutating func remove(_ watch: LivenessWatch) {
        guard holds(watch) else { return }
        slots[Int(watch.index)].entry = nil
        slots[Int(watch.index)].generation &+= 1
        free.append(watch.index)
    }

    /// What is kept for a session; nil once it is not watched any more.
    subscript(watch: LivenessWatch) -> Entry? {
        get { holds(watch) ? slots[Int(watch.index)].entry : nil }
        set {
            guard holds(watch) else { return }
            slots[Int(watch.index)].entry = newValue
        }
        _modify {
            var none: Entry?
            if holds(watch) { yield &slots[Int(watch.index)].entry } else { yield &none }
        }
    }

    /// The sessions watched now.
    var all: [LivenessWatch] {
        slots.indices.compactMap { index in
            slots[index].entry == nil ? nil : LivenessWatch(index: UInt32(index), generation: slots[index].generation)
        }
    }

    private func holds(_ watch: LivenessWatch) -> Bool {
        Int(watch.index) < slots.count && slots[Int(watch.index)].generation == watch.generation
    }
}
