import CLibevent
import Glibc

/// One `struct event` of libevent, owned: it is taken off the loop and freed with this value's owner.
///
/// `context` is handed to `callback` unretained. Whoever owns an event must remove it before the context goes, which
/// the owners here do by being the context themselves and removing it in their deinit.
struct Event: ~Copyable {
    private let pointer: UnsafeMutablePointer<event>

    init(
        loop: EventLoop, descriptor: Int32, kind: Int32, context: AnyObject,
        callback: @convention(c) (Int32, Int16, UnsafeMutableRawPointer?) -> Void
    ) {
        pointer = .allocate(capacity: 1)
        event_assign(
            pointer, loop.base, descriptor, Int16(truncatingIfNeeded: kind), callback,
            Unmanaged.passUnretained(context).toOpaque())
    }

    deinit {
        event_del(pointer)
        pointer.deallocate()
    }

    func add() { event_add(pointer, nil) }

    func add(after delay: Duration) {
        let (seconds, attoseconds) = max(.zero, delay).components
        var time = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        event_add(pointer, &time)
    }

    func remove() { event_del(pointer) }

    /// Of two events that are due, which has its callback called. What libevent makes by itself, as for TLS, is ``other``
    /// (event_base_priority_init: half the number).
    enum Priority: Int32 {
        case first
        case other
        static let count: Int32 = 2
    }

    /// - Precondition: the event is not due, which it is not within its own callback.
    func setPriority(_ priority: Priority) { event_priority_set(pointer, priority.rawValue) }
}
