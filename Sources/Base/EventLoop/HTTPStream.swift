import CLibevent

/// An HTTP answer that goes on: lines are written as things happen, until one side has enough.
public final class HTTPStream {
    /// Called when the reader has taken all that was written.
    public var onDrain: () -> Void = {}
    /// The request being answered; nil once the connection has gone and libevent has freed it.
    private var request: OpaquePointer?
    private let backlogLimit: Int

    init(_ request: OpaquePointer, backlogLimit: Int) {
        self.request = request
        self.backlogLimit = backlogLimit
        evhttp_send_reply_start(request, HTTP_OK, "OK")
        evhttp_connection_set_closecb(
            evhttp_request_get_connection(request),
            { _, context in HTTPStream.from(context)?.connectionDidClose() }, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { end() }

    public var isOpen: Bool { request != nil }

    private static func from(_ context: UnsafeMutableRawPointer?) -> HTTPStream? {
        context.map { Unmanaged<HTTPStream>.fromOpaque($0).takeUnretainedValue() }
    }

    /// - Returns: false where the reader is so slow that the bytes would pass the limit on what waits (``HTTPServer/streamBacklog``), and where it has gone: none of
    ///   them will reach it.
    public func write(_ bytes: [UInt8]) -> Bool {
        guard let request, let connection = evhttp_request_get_connection(request) else { return false }
        let waiting = evbuffer_get_length(bufferevent_get_output(evhttp_connection_get_bufferevent(connection)))
        guard waiting + bytes.count <= backlogLimit else { return false }
        let buffer = evbuffer_new()
        defer { evbuffer_free(buffer) }
        evbuffer_add(buffer, bytes, bytes.count)
        evhttp_send_reply_chunk_with_cb(
            request, buffer, { _, context in HTTPStream.from(context)?.onDrain() }, Unmanaged.passUnretained(self).toOpaque())
        return true
    }

    private func connectionDidClose() {
        guard let request else { return }
        self.request = nil
        // A reader that left takes the connection and leaves the request to us; to end it is then to free it.
        if evhttp_request_get_connection(request) == nil { evhttp_send_reply_end(request) }
    }

    /// Ends the answer; what was written still goes out.
    public func end() {
        guard let request else { return }
        self.request = nil
        evhttp_connection_set_closecb(evhttp_request_get_connection(request), nil, nil)
        evhttp_send_reply_end(request)
    }
}
