import CLibevent

/// A call to come, once or again and again. It ends when it is cancelled or let go of.
public final class Timer {
    private var event: Event?
    private var body: (() -> Void)?
    private let loop: EventLoop

    init(loop: EventLoop, delay: Duration, repeats: Bool, _ body: @escaping () -> Void) {
        self.loop = loop
        self.body = body
        let event = Event(loop: loop, descriptor: -1, kind: repeats ? EV_PERSIST : 0, context: self) { _, _, context in
            guard let context else { return }
            Unmanaged<Timer>.fromOpaque(context).takeUnretainedValue().fire()
        }
        event.add(after: delay)
        self.event = consume event
    }

    /// No call after this one.
    public func cancel() {
        event = nil
        body = nil
    }

    private func fire() {
        body?()
    }
}
