import EventLoop
import HeapModule
import Time

/// Things to be done at their times, on one timer however many there are.
final class Agenda {
    private struct Entry: Comparable {
        let time: MonotonicTime
        /// Keeps those of the same time in the order they were added.
        let order: Int
        let body: () -> Void

        static func < (a: Entry, b: Entry) -> Bool { (a.time, a.order) < (b.time, b.order) }
        static func == (a: Entry, b: Entry) -> Bool { a.order == b.order }
    }

    private let loop: EventLoop
    private var entries = Heap<Entry>()
    private var added = 0
    private var timer: Timer?
    private var armed: MonotonicTime?

    init(loop: EventLoop) { self.loop = loop }

    func add(at time: MonotonicTime, _ body: @escaping () -> Void) {
        entries.insert(Entry(time: time, order: added, body: body))
        added += 1
        arm()
    }

    func clear() {
        entries = []
        timer = nil
        armed = nil
    }

    private func arm() {
        guard let next = entries.min?.time, armed.map({ next < $0 }) ?? true else { return }
        armed = next
        timer = loop.at(next) { [unowned self] in
            armed = nil
            while let first = entries.min, first.time <= loop.now {
                entries.removeMin()
                first.body()
            }
            arm()
        }
    }
}
