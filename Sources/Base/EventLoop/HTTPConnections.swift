import CLibevent
import Glibc
import Time

/// The connections of an ``HTTPServer``: how many there are, and how long each takes.
///
/// evhttp tells of a connection only once a request on it is complete, so that silent ones are nobody's. The buffers of each
/// are made here, and a reference to them is kept until evhttp has freed its own, which shows in its callbacks being gone.
final class HTTPConnections {
    /// Most connections; one more ends the one that has been of no use for longest.
    static let most = 64
    /// Most bytes read ahead of what evhttp takes: more than a whole request, which has its own limits.
    private static let readLimit = 128 * 1024

    private final class Entry {
        let buffers: OpaquePointer
        /// When it was accepted, or last had a complete request.
        var since: MonotonicTime
        var follows = false
        /// evhttp has not had it yet.
        var isNew = true

        init(_ buffers: OpaquePointer, at time: MonotonicTime) {
            self.buffers = buffers
            since = time
            bufferevent_incref(buffers)
        }

        deinit { bufferevent_decref(buffers) }

        /// Whether evhttp has freed it (bufferevent_free takes the callbacks away).
        var isFreed: Bool {
            var event: bufferevent_event_cb?
            bufferevent_getcb(buffers, nil, nil, &event, nil)
            return event == nil && !isNew
        }

        /// The peer ended it. While an answer goes on evhttp does not read and would not notice.
        var hasLeft: Bool {
            var byte: UInt8 = 0
            let count = recv(bufferevent_getfd(buffers), &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
            return count == 0 || count < 0 && errno != EAGAIN && errno != EINTR
        }

        /// evhttp hears of an end, and frees the connection.
        func end() { shutdown(bufferevent_getfd(buffers), Int32(SHUT_RDWR)) }
    }

    private let loop: EventLoop
    private let silenceLimit: Duration
    private var entries: [Entry] = []
    private var sweeping: Timer?

    /// - Parameter silenceLimit: see ``HTTPServer/silenceLimit``.
    init(loop: EventLoop, silenceLimit: Duration) {
        self.loop = loop
        self.silenceLimit = silenceLimit
    }

    /// The buffers for a connection that is being accepted.
    func add() -> OpaquePointer? {
        guard let buffers = bufferevent_socket_new(loop.base, -1, Int32(BEV_OPT_CLOSE_ON_FREE.rawValue)) else { return nil }
        bufferevent_setwatermark(buffers, Int16(EV_READ), 0, Self.readLimit)
        let entry = Entry(buffers, at: loop.now)
        entries.append(entry)
        // It gets its callbacks and its descriptor from evhttp when this has returned.
        loop.afterThisCallback { [weak self] in
            entry.isNew = false
            self?.makeRoom()
        }
        if sweeping == nil { sweeping = loop.every(silenceLimit / 8) { [unowned self] in sweep() } }
        return buffers
    }

    private func makeRoom() {
        sweep()
        while entries.count > Self.most {
            // Followers are of use for as long as they follow; there may never be as many as connections.
            guard let oldest = entries.filter({ !$0.follows }).min(by: { $0.since < $1.since }) else { return }
            oldest.end()
            entries.removeAll { $0 === oldest }
        }
    }

    /// A request is complete.
    func note(_ request: OpaquePointer, follows: Bool) {
        let buffers = evhttp_connection_get_bufferevent(evhttp_request_get_connection(request))
        guard let entry = entries.first(where: { $0.buffers == buffers }) else { return }
        entry.since = loop.now
        entry.follows = follows
    }

    /// Connections whose answers have no end.
    var followers: Int { entries.count { $0.follows && !$0.isFreed && !$0.hasLeft } }

    private func sweep() {
        entries.removeAll(where: \.isFreed)
        for entry in entries where entry.follows ? entry.hasLeft : loop.now - entry.since > silenceLimit { entry.end() }
        if entries.isEmpty { sweeping = nil }
    }
}
