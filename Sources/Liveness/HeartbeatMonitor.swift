import Time

/// What a heartbeat wants done.
public enum HeartbeatEffect<Token> {
    /// Send the client a probe with this sequence number.
    case probe(Token, sequence: UInt16)
    /// The client has missed as many probes as it may: take it for dead.
    case dead(Token)
}

/// Heartbeats of any number of sessions, on two queues and no timers of their own.
///
/// A session costs an entry in a dense array and one in a queue. Time is told from outside; effects are taken with
/// ``next(at:)`` until there are none.
public struct HeartbeatMonitor<Token: Equatable> {
    /// Names one watched session, until it is stopped.
    public struct Watch: Hashable, Sendable {
        fileprivate let index: UInt32
        fileprivate let generation: UInt32
    }

    private struct Entry {
        var token: Token?
        var generation: UInt32 = 0
        /// Counts the probes sent, and numbers them.
        var probes: UInt16 = 0
        var misses: UInt16 = 0
        /// Whether something was heard since the last probe.
        var heard = true
    }

    public let heartbeat: Heartbeat
    private var entries: [Entry] = []
    private var free: [UInt32] = []
    /// When each session is to be probed.
    private var probing: DeadlineQueue<Watch>
    /// When each probe's answer is overdue.
    private var awaiting: DeadlineQueue<Watch>

    public init(_ heartbeat: Heartbeat) {
        self.heartbeat = heartbeat
        probing = DeadlineQueue(delay: heartbeat.interval)
        awaiting = DeadlineQueue(delay: heartbeat.timeout)
    }

    /// When ``next(at:)`` may next have something to say; nil while nothing is watched.
    public var nextDeadline: MonotonicTime? {
        switch (probing.next, awaiting.next) {
        case (let probe?, let answer?): min(probe, answer)
        case (let either, nil), (nil, let either): either
        }
    }

    /// Begins to watch a session, heard of just now.
    public mutating func start(_ token: Token, at now: MonotonicTime) -> Watch {
        let index = free.popLast() ?? {
            entries.append(Entry())
            return UInt32(entries.count - 1)
        }()
        let generation = entries[Int(index)].generation
        entries[Int(index)] = Entry(token: token, generation: generation)
        let watch = Watch(index: index, generation: generation)
        probing.add(watch, at: now)
        return watch
    }

    /// Something was received from the session's client.
    public mutating func heard(_ watch: Watch) {
        guard isCurrent(watch) else { return }
        entries[Int(watch.index)].heard = true
        entries[Int(watch.index)].misses = 0
    }

    public mutating func stop(_ watch: Watch) {
        guard isCurrent(watch) else { return }
        entries[Int(watch.index)].token = nil
        entries[Int(watch.index)].generation &+= 1
        free.append(watch.index)
    }

    /// The next thing due by `now`; nil when there is nothing more.
    public mutating func next(at now: MonotonicTime) -> HeartbeatEffect<Token>? {
        while let watch = awaiting.popDue(at: now) {
            if let effect = judge(watch) { return effect }
        }
        while let watch = probing.popDue(at: now) {
            if let effect = probe(watch, at: now) { return effect }
        }
        return nil
    }

    private mutating func probe(_ watch: Watch, at now: MonotonicTime) -> HeartbeatEffect<Token>? {
        guard isCurrent(watch), let token = entries[Int(watch.index)].token else { return nil }
        entries[Int(watch.index)].heard = false
        entries[Int(watch.index)].probes &+= 1
        probing.add(watch, at: now)
        awaiting.add(watch, at: now)
        return .probe(token, sequence: entries[Int(watch.index)].probes)
    }

    private mutating func judge(_ watch: Watch) -> HeartbeatEffect<Token>? {
        guard isCurrent(watch), let token = entries[Int(watch.index)].token, !entries[Int(watch.index)].heard else {
            return nil
        }
        entries[Int(watch.index)].misses += 1
        guard entries[Int(watch.index)].misses >= heartbeat.misses else { return nil }
        stop(watch)
        return .dead(token)
    }

    private func isCurrent(_ watch: Watch) -> Bool {
        entries[Int(watch.index)].generation == watch.generation
    }
}
