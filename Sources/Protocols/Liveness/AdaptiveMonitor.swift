import HeapModule
import Slab
import Time

/// Phi accrual for any number of sessions.
///
/// The silence at which phi passes the threshold is known the moment an answer comes, so that nothing is reckoned in
/// between: each session has one deadline in a heap, which is looked at again only when it falls due.
public struct AdaptiveMonitor<Token>: LivenessMonitor {
    private struct Entry {
        var token: Token
        var probes: UInt16 = 0
        var lastHeard: MonotonicTime
        var lastAnswer: MonotonicTime?
        /// The last answer's number, and how many probes had gone out after the one that it answers.
        var lastSequence: UInt8 = 0
        var lag: UInt8 = 0
        /// The last times between answers, in seconds, the oldest at `oldest` once the window is full.
        var samples: [Float] = []
        var oldest = 0
        var sum = 0.0
        var squares = 0.0
        /// How long silence may last.
        var timeout: Duration
    }

    private struct Deadline: Comparable {
        let time: MonotonicTime
        let watch: LivenessWatch

        static func < (a: Deadline, b: Deadline) -> Bool { a.time < b.time }
    }

    public let detector: PhiAccrual
    private let deviations: Double
    private var entries = Slab<Entry>()
    private var probing: DeadlineQueue<LivenessWatch>
    private var deadlines = Heap<Deadline>()

    private let firstTimeout: Duration

    public init(_ detector: PhiAccrual) {
        self.detector = detector
        deviations = detector.deviations
        firstTimeout = detector.initialTimeout
        probing = DeadlineQueue(delay: detector.interval)
    }

    public var nextDeadline: MonotonicTime? {
        switch (probing.next, deadlines.min?.time) {
        case (let probe?, let death?): min(probe, death)
        case (let either, nil), (nil, let either): either
        }
    }

    public mutating func start(_ token: Token, at now: MonotonicTime) -> LivenessWatch {
        let watch = entries.add(Entry(token: token, lastHeard: now, timeout: firstTimeout))
        probing.add(watch, at: now)
        deadlines.insert(Deadline(time: now + firstTimeout, watch: watch))
        return watch
    }

    public mutating func heard(_ watch: LivenessWatch, at now: MonotonicTime) {
        entries[watch]?.lastHeard = now
    }

    /// The time since the answer before is learnt from where this one is as late, in probes, as that one was. Answers that
    /// were held up and come all at once, or twice, say nothing of how regular the client is; nor does the first one after
    /// them. Neither does the answer to a probe that nobody has sent.
    public mutating func answered(_ watch: LivenessWatch, sequence: UInt16, at now: MonotonicTime) {
        guard var entry = entries[watch] else { return }
        entry.lastHeard = now
        let number = UInt8(truncatingIfNeeded: sequence)
        let lag = UInt8(truncatingIfNeeded: entry.probes) &- number
        let isNewer = entry.lastAnswer == nil || 1...Self.mostAhead ~= number &- entry.lastSequence
        if isNewer, lag <= Self.mostAhead {
            if let last = entry.lastAnswer, lag == entry.lag { learn((now - last).inSeconds, &entry) }
            entry.lastAnswer = now
            entry.lastSequence = number
            entry.lag = lag
        }
        entries[watch] = entry
    }

    /// Numbers wrap around: half of them are ahead of any.
    private static var mostAhead: UInt8 { 127 }

    private func learn(_ sample: Double, _ entry: inout Entry) {
        let sample = Float(sample)
        if entry.samples.count < detector.window {
            entry.samples.append(sample)
        } else {
            let old = Double(entry.samples[entry.oldest])
            entry.sum -= old
            entry.squares -= old * old
            entry.samples[entry.oldest] = sample
            entry.oldest = (entry.oldest + 1) % detector.window
        }
        entry.sum += Double(sample)
        entry.squares += Double(sample) * Double(sample)
        // Two samples have a deviation that says next to nothing.
        guard entry.samples.count >= min(4, detector.window) else { return }
        let count = Double(entry.samples.count)
        let mean = entry.sum / count
        entry.timeout = detector.timeout(
            mean: mean, variance: max(0, entry.squares / count - mean * mean), deviations: deviations)
    }

    public mutating func stop(_ watch: LivenessWatch) { entries.remove(watch) }

    public mutating func next(at now: MonotonicTime) -> HeartbeatEffect<Token>? {
        while let first = deadlines.min, first.time <= now {
            guard let entry = entries[first.watch] else {
                deadlines.removeMin()
                continue
            }
            let due = entry.lastHeard + entry.timeout
            if due > now {
                deadlines.replaceMin(with: Deadline(time: due, watch: first.watch))
                continue
            }
            deadlines.removeMin()
            stop(first.watch)
            return .dead(entry.token)
        }
        while let watch = probing.popDue(at: now) {
            guard entries[watch] != nil else { continue }
            entries[watch]?.probes &+= 1
            probing.add(watch, at: now)
            if let entry = entries[watch] { return .probe(entry.token, sequence: entry.probes) }
        }
        return nil
    }
}
