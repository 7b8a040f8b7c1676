import CLibevent
import Glibc

/// A callback for a signal, until it is cancelled or let go of.
public final class SignalWatch {
    private var event: Event?
    private let body: () -> Void
    private let loop: EventLoop

    init(loop: EventLoop, number: Int32, _ body: @escaping () -> Void) {
        self.loop = loop
        self.body = body
        let event = Event(loop: loop, descriptor: number, kind: EV_SIGNAL | EV_PERSIST, context: self) { _, _, context in
            guard let context else { return }
            Unmanaged<SignalWatch>.fromOpaque(context).takeUnretainedValue().body()
        }
        event.add()
        self.event = consume event
        // Whoever started the program may have left the signal blocked, and would then wait for ever for its end.
        var wanted = sigset_t()
        sigemptyset(&wanted)
        sigaddset(&wanted, number)
        sigprocmask(SIG_UNBLOCK, &wanted, nil)
    }

    public func cancel() { event = nil }
}
