import CLibevent

/// A callback for a descriptor that somebody else owns, until it is cancelled or let go of.
public final class DescriptorWatch {
    private var event: Event?
    private let body: () -> Void
    private let loop: EventLoop

    init(loop: EventLoop, descriptor: Int32, _ body: @escaping () -> Void) {
        self.loop = loop
        self.body = body
        let event = Event(loop: loop, descriptor: descriptor, kind: EV_READ | EV_PERSIST, context: self) { _, _, context in
            guard let context else { return }
            Unmanaged<DescriptorWatch>.fromOpaque(context).takeUnretainedValue().body()
        }
        event.add()
        self.event = consume event
    }

    public func cancel() { event = nil }
}
