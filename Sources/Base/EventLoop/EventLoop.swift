import CLibevent
import DequeModule
import Glibc
import Time

/// One thread's event loop, on libevent. Everything that waits in a program of this package waits here.
///
/// Nothing in this module is safe to use from another thread, and nothing needs to be: a program is one loop, and more
/// work is more processes. A callback may close, cancel or let go of anything, itself included.
public final class EventLoop {
    /// Most callbacks in a turn of the loop, those of connections that come first not counted. Each turn the kernel tells
    /// anew of everything that is due: with 64 where 15,000 are due, being told takes longer than serving them.
    private static let callbacksPerTurn: Int32 = 1024
    /// Most streams called back in a row because they come first. Those that are called after them rest once they were.
    private static let firstCallbacksInARow = 1024
    /// How long they may take in a row.
    private static let firstShare = Duration.milliseconds(20)
    private static let rest = Duration.milliseconds(5)
    /// How long a turn of the loop may stay with what was put off to it.
    private static let deferredShare = Duration.milliseconds(4)

    let base: OpaquePointer
    /// Every stream reads into this one buffer, so that an idle stream has none.
    let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
    /// Streams called back in a row because they come first.
    private var firstCallbacks = 0
    private var firstTook = Duration.zero
    private var resting: [Stream] = []
    private var restIsOver: Event?
    private var deferred = Deque<() -> Void>()
    private var deferral: Timer?
    private var shared: [SharedKey: WeakReference] = [:]

    /// - Throws: where the kernel gives no epoll descriptor.
    public init() throws(EventLoopError) {
        signal(SIGPIPE, SIG_IGN)
        let configuration = event_config_new()
        defer { event_config_free(configuration) }
        event_config_set_flag(configuration, Int32(EVENT_BASE_FLAG_NOLOCK.rawValue))
        // Without this a timer set late in a long callback would count from the callback's beginning.
        event_config_set_flag(configuration, Int32(EVENT_BASE_FLAG_NO_CACHE_TIME.rawValue))
        event_config_set_max_dispatch_interval(configuration, nil, Self.callbacksPerTurn, Event.Priority.other.rawValue)
        guard let base = event_base_new_with_config(configuration) else {
            throw EventLoopError("start an event loop", errno: errno)
        }
        self.base = base
        event_base_priority_init(base, Event.Priority.count)
        let restIsOver = Event(loop: self, descriptor: -1, kind: 0, context: self) { _, _, context in
            guard let context else { return }
            Unmanaged<EventLoop>.fromOpaque(context).takeUnretainedValue().endRest()
        }
        restIsOver.setPriority(.first)
        self.restIsOver = consume restIsOver
    }

    deinit {
        deferral = nil
        // What is put off may hold events, which are taken off the base as they go.
        deferred = []
        restIsOver = nil
        event_base_free(base)
        readBuffer.deallocate()
    }

    /// CLOCK_MONOTONIC, read anew.
    public var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Runs until ``stop()``, however long nothing happens.
    public func run() {
        event_base_loop(base, EVLOOP_NO_EXIT_ON_EMPTY)
    }

    /// Makes ``run()`` return once the callback in progress has ended.
    public func stop() {
        event_base_loopbreak(base)
    }

    /// Calls `body` once, `delay` from now, unless the timer is cancelled or let go of before.
    public func after(_ delay: Duration, _ body: @escaping () -> Void) -> Timer {
        Timer(loop: self, delay: delay, repeats: false, body)
    }

    /// Calls `body` at `time`, or at once where that has passed.
    public func at(_ time: MonotonicTime, _ body: @escaping () -> Void) -> Timer {
        after(max(.zero, time - now), body)
    }

    /// Calls `body` every `interval`, the first time one interval from now.
    public func every(_ interval: Duration, _ body: @escaping () -> Void) -> Timer {
        Timer(loop: self, delay: interval, repeats: true, body)
    }

    /// Calls `body` when the process gets the signal, in the loop and not in the signal handler.
    public func onSignal(_ number: Int32, _ body: @escaping () -> Void) -> SignalWatch {
        SignalWatch(loop: self, number: number, body)
    }

    /// Calls `body` whenever `descriptor` has something to read. The descriptor stays the caller's to close, after the
    /// watch has gone.
    public func onReadable(_ descriptor: Int32, _ body: @escaping () -> Void) -> DescriptorWatch {
        DescriptorWatch(loop: self, descriptor: descriptor, body)
    }

    /// The one object of its type that this loop's users share, made where nobody holds it now.
    ///
    /// - Parameter name: tells apart several of one type.
    public func shared<Shared: AnyObject>(
        _ name: String = "", _ make: () throws(EventLoopError) -> Shared
    ) throws(EventLoopError) -> Shared {
        let key = SharedKey(type: ObjectIdentifier(Shared.self), name: name)
        if let there = shared[key]?.object as? Shared { return there }
        let made = try make()
        shared[key] = WeakReference(object: made)
        return made
    }

    private struct SharedKey: Hashable {
        let type: ObjectIdentifier
        let name: String
    }

    private struct WeakReference {
        weak var object: AnyObject?
    }

    /// Notes that a stream is called back, and tells whether it is to hear nothing for a while after that. libevent calls
    /// nobody else back while a stream that comes first is due, and clients that never stop talking would have the loop for
    /// themselves.
    func mustRest(_ stream: Stream, hasPriority: Bool) -> Bool {
        guard hasPriority else {
            (firstCallbacks, firstTook) = (0, .zero)
            return false
        }
        firstCallbacks += 1
        guard firstCallbacks > Self.firstCallbacksInARow || firstTook > Self.firstShare else { return false }
        if resting.isEmpty { restIsOver?.add(after: Self.rest) }
        resting.append(stream)
        return true
    }

    /// A stream that comes first was called back for so long.
    func noteFirst(for time: Duration) { firstTook += time }

    private func endRest() {
        (firstCallbacks, firstTook) = (0, .zero)
        let rested = resting
        resting = []
        for stream in rested { stream.resumeAfterRest() }
    }

    /// Calls `body` soon, from the loop and not from within the caller, in the order of the calls.
    ///
    /// Where thousands of them come at once, a turn of the loop runs only as many as fit into ``deferredShare``: who has
    /// nothing to do with them is heard in between.
    public func afterThisCallback(_ body: @escaping () -> Void) {
        deferred.append(body)
        awaitDeferred()
    }

    private func awaitDeferred() {
        guard deferral == nil, !deferred.isEmpty else { return }
        deferral = after(.zero) { [unowned self] in
            deferral = nil
            let end = now + Self.deferredShare
            repeat { deferred.popFirst()?() } while !deferred.isEmpty && now < end
            awaitDeferred()
        }
    }
}
