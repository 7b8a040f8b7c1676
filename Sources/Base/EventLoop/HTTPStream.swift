import CLibevent

/// An HTTP answer that goes on: lines are written as things happen, until one side has enough.
public final class HTTPStream {
    /// Most bytes kept for a reader that does not read, before it is cut off: the server must not grow for its sake.
    public static let backlogLimit = 16 * 1024 * 1024

    /// The request being answered; nil once the connection has gone and libevent has freed it.
    private var request: OpaquePointer?

    init(_ request: OpaquePointer) {
        self.request = request
        evhttp_send_reply_start(request, HTTP_OK, "OK")
        evhttp_connection_set_closecb(
            evhttp_request_get_connection(request),
            { _, context in
                guard let context else { return }
                Unmanaged<HTTPStream>.fromOpaque(context).takeUnretainedValue().connectionDidClose()
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { end() }

    public var isOpen: Bool { request != nil }

    public func write(_ bytes: [UInt8]) {
        guard let request, let connection = evhttp_request_get_connection(request) else { return }
        let waiting = evbuffer_get_length(bufferevent_get_output(evhttp_connection_get_bufferevent(connection)))
        guard waiting + bytes.count <= Self.backlogLimit else { return evhttp_connection_free(connection) }
        let buffer = evbuffer_new()
        defer { evbuffer_free(buffer) }
        evbuffer_add(buffer, bytes, bytes.count)
        evhttp_send_reply_chunk(request, buffer)
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
