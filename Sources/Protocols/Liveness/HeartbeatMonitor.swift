import Slab
import Time

/// Heartbeats of any number of sessions, on two queues and no timers of their own: a session costs an entry in a dense
/// array and one in a queue.
public struct HeartbeatMonitor<Token>: LivenessMonitor {
    private struct Entry {
        var token: Token
        /// Counts the probes sent, and numbers them.
        var probes: UInt16 = 0
        var misses: UInt16 = 0
        /// Whether something was heard since the last probe.
        var heard = true
    }

    public let heartbeat: Heartbeat
    private var entries = Slab<Entry>()
    /// When each session is to be probed.
    private var probing: DeadlineQueue<LivenessWatch>
    /// When each probe's answer is overdue.
    private var awaiting: DeadlineQueue<LivenessWatch>

    public init(_ heartbeat: Heartbeat) {
        self.heartbeat = heartbeat
        probing = DeadlineQueue(delay: heartbeat.interval)
        awaiting = DeadlineQueue(delay: heartbeat.timeout)
    }

    public var nextDeadline: MonotonicTime? {
        switch (probing.next, awaiting.next) {
        case (let probe?, let answer?): min(probe, answer)
        case (let either, nil), (nil, let either): either
        }
    }

    public mutating func start(_ token: Token, at now: MonotonicTime) -> LivenessWatch {
        let watch = entries.add(Entry(token: token))
        probing.add(watch, at: now)
        return watch
    }

    public mutating func heard(_ watch: LivenessWatch, at now: MonotonicTime) {
        entries[watch]?.heard = true
        entries[watch]?.misses = 0
    }

    public mutating func stop(_ watch: LivenessWatch) { entries.remove(watch) }

    public mutating func next(at now: MonotonicTime) -> HeartbeatEffect<Token>? {
        while let watch = awaiting.popDue(at: now) {
            if let effect = judge(watch) { return effect }
        }
        while let watch = probing.popDue(at: now) {
            if let effect = probe(watch, at: now) { return effect }
        }
        return nil
    }

    private mutating func probe(_ watch: LivenessWatch, at now: MonotonicTime) -> HeartbeatEffect<Token>? {
        guard var entry = entries[watch] else { return nil }
        entry.heard = false
        entry.probes &+= 1
        entries[watch] = entry
        probing.add(watch, at: now)
        awaiting.add(watch, at: now)
        return .probe(entry.token, sequence: entry.probes)
    }

    private mutating func judge(_ watch: LivenessWatch) -> HeartbeatEffect<Token>? {
        guard let entry = entries[watch], !entry.heard else { return nil }
        guard Int(entry.misses) + 1 >= heartbeat.misses else {
            entries[watch]?.misses += 1
            return nil
        }
        stop(watch)
        return .dead(entry.token)
    }
}
