import EventLoop

/// One who follows `GET /events`. Where it reads too slowly lines are left out, and when it has caught up it is told how many,
/// by a line `{"missed":N}` in their place.
final class EventFollower {
    private let stream: HTTPStream
    private var missed = 0

    init(_ stream: HTTPStream) {
        self.stream = stream
        stream.onDrain = { [unowned self] in tellMissed() }
    }

    var isOpen: Bool { stream.isOpen }

    /// - Parameter count: how many lines these are.
    func tell(_ lines: [UInt8], count: Int) {
        // Nothing goes past what is missing, until all before it has been taken.
        if missed > 0 || !stream.write(lines) { missed += count }
    }

    func end() { stream.end() }

    private func tellMissed() {
        guard missed > 0, stream.write([UInt8]("{\"missed\":\(missed)}\n".utf8)) else { return }
        missed = 0
    }
}
