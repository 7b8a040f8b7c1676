import DequeModule
import Random
import Time

/// One direction of a line that is up: a queue, a sender of a given rate, and the way to the other end.
struct Pipe {
    /// A packet's way. All of it is known the moment the packet is taken in.
    struct Passage {
        /// Its last bit leaves the near end.
        var sent: MonotonicTime
        /// It is there; nil where it is lost.
        var arrives: MonotonicTime?
        var arrivesTwice = false
    }

    private let rate: Int?
    private let plan: LinePlan
    private var loss: LossProcess
    private var freeAt = MonotonicTime(nanoseconds: .min)
    private var lastArrival = MonotonicTime(nanoseconds: .min)
    /// Packets taken in whose first bit has not left yet.
    private var waiting: Deque<(begins: MonotonicTime, bytes: Int)> = []
    private var waitingBytes = 0

    init(_ plan: LinePlan, _ direction: LineDirection) {
        self.plan = plan
        rate = plan.rate[direction]
        loss = LossProcess(plan.loss)
    }

    /// Takes a packet in; nil where the queue is full. The packet being sent is not in the queue.
    mutating func take(bytes: Int, at now: MonotonicTime, using generator: inout SeededGenerator) -> Passage? {
        while let first = waiting.first, first.begins <= now {
            waitingBytes -= first.bytes
            waiting.removeFirst()
        }
        let begins = max(now, freeAt)
        if begins > now {
            switch plan.queue {
            case .packets(let limit): guard waiting.count < limit else { return nil }
            case .bytes(let limit): guard waitingBytes + bytes <= limit else { return nil }
            }
            waiting.append((begins, bytes))
            waitingBytes += bytes
        }
        freeAt = begins + serialization(of: bytes)
        guard !loss.losesNext(using: &generator) else { return Passage(sent: freeAt, arrives: nil) }
        return Passage(
            sent: freeAt, arrives: arrival(ofSent: freeAt, using: &generator),
            arrivesTwice: generator.chance(plan.duplicated))
    }

    /// Nothing waits any more, and what comes next is sent at once.
    mutating func clear(at now: MonotonicTime) {
        waiting.removeAll()
        waitingBytes = 0
        freeAt = min(freeAt, now)
    }

    /// The time its bits take, rounded up to a nanosecond.
    private func serialization(of bytes: Int) -> Duration {
        guard let rate else { return .zero }
        let bits = Int64(bytes) * 8 * 1_000_000_000
        return .nanoseconds((bits + Int64(rate) - 1) / Int64(rate))
    }

    private mutating func arrival(ofSent sent: MonotonicTime, using generator: inout SeededGenerator) -> MonotonicTime {
        var time = sent + plan.delay
        if plan.jitter > .zero {
            time = time + .nanoseconds(Int64.random(in: 0...plan.jitter.nanoseconds, using: &generator))
        }
        if generator.chance(plan.reordered) { return time + plan.reorderedBy }
        lastArrival = max(lastArrival, time)
        return lastArrival
    }
}
