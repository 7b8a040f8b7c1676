import DequeModule

/// Deadlines that all lie the same delay after the moment they were set, so that they fall due in the order they were
/// added: a queue and one timer serve a hundred thousand sessions, with nothing to sift and nothing to allocate.
///
/// There is no removal. Whoever takes an element out decides whether it still matters (a session that has gone, or
/// that was heard from meanwhile), which costs one comparison instead of a search.
public struct DeadlineQueue<Element> {
    /// How long after being added an element falls due.
    public let delay: Duration
    private var entries: Deque<(due: MonotonicTime, element: Element)> = []

    public init(delay: Duration) {
        self.delay = delay
    }

    public var count: Int { entries.count }

    /// When the first element falls due; nil where there is none.
    public var next: MonotonicTime? { entries.first?.due }

    /// Adds an element that falls due `delay` after `now`. A clock that went backwards is held at the latest deadline.
    public mutating func add(_ element: Element, at now: MonotonicTime) {
        let due = now + delay
        entries.append((max(due, entries.last?.due ?? due), element))
    }

    /// The first element, if it is due.
    public mutating func popDue(at now: MonotonicTime) -> Element? {
        guard let first = entries.first, first.due <= now else { return nil }
        entries.removeFirst()
        return first.element
    }
}
