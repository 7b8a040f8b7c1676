/// Deadlines of any length up to a few seconds for any number of elements, rounded up to a tick: adding one and taking one
/// out cost the same however many there are, and nothing is allocated once the buckets have grown.
///
/// There is no removal and no moving. An element that falls due too early is added again for the rest; one that should
/// fall due earlier is added a second time, and whoever takes it out knows by the tick which of the two counts.
public struct DeadlineWheel<Element> {
    public let tick: Duration
    private let nanoseconds: Int64
    private var buckets: [[Element]]
    /// The first tick whose bucket has not been emptied.
    private var cursor: Int64 = 0
    public private(set) var count = 0

    /// - Parameter ticks: how far ahead the wheel reaches. What lies beyond falls due early, at the end of it.
    public init(tick: Duration, ticks: Int) {
        precondition(tick > .zero && ticks > 2)
        self.tick = tick
        nanoseconds = tick.nanoseconds
        buckets = Array(repeating: [], count: ticks)
    }

    /// The tick by which `time` has passed.
    private func ceiling(_ time: MonotonicTime) -> Int64 {
        let (ticks, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: nanoseconds)
        return rest > 0 ? ticks + 1 : ticks
    }

    /// The tick for which an element that is due at `time` would be added at `now`.
    public func slot(for time: MonotonicTime, at now: MonotonicTime) -> Int64 {
        let start = count == 0 ? now.nanoseconds / nanoseconds : cursor
        return min(max(ceiling(time), start + 1), start + Int64(buckets.count) - 1)
    }

    /// Adds an element at the tick that ``slot(for:at:)`` gave for the same moment.
    public mutating func add(_ element: Element, slot: Int64, at now: MonotonicTime) {
        if count == 0 { cursor = now.nanoseconds / nanoseconds }
        buckets[index(slot)].append(element)
        count += 1
    }

    /// The next element that is due, with the tick it was added for.
    public mutating func popDue(at now: MonotonicTime) -> (element: Element, slot: Int64)? {
        let passed = now.nanoseconds / nanoseconds
        while count > 0, cursor <= passed {
            if let element = buckets[index(cursor)].popLast() {
                count -= 1
                return (element, cursor)
            }
            cursor += 1
        }
        return nil
    }

    private func index(_ tick: Int64) -> Int { Int(tick % Int64(buckets.count)) }
}
