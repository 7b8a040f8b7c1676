import CLibevent
import Glibc

/// What was asked of an ``HTTPServer``.
public struct HTTPRequest: Sendable {
    public let method: String
    /// The path's parts between its slashes, percent-decoded.
    public let path: [String]
    public let body: [UInt8]
}

/// What is answered.
public enum HTTPResponse {
    case whole(status: Int, contentType: String, body: [UInt8])
    /// An answer without an end: `begin` is given the stream and keeps it.
    case stream(contentType: String, begin: (HTTPStream) -> Void)

    public static func text(_ status: Int, _ text: String) -> HTTPResponse {
        .whole(status: status, contentType: "text/plain; charset=utf-8", body: [UInt8]((text + "\n").utf8))
    }
}

/// An HTTP server for those on this machine, by libevent's evhttp.
public final class HTTPServer {
    /// The largest request body accepted, in bytes.
    private static let longestBody = 64 * 1024
    /// How long a connection may say nothing. A follower of a stream says nothing for as long as it follows.
    private static let silenceLimitSeconds: Int32 = 7 * 24 * 3600

    private let loop: EventLoop
    private let http: OpaquePointer
    private let address: SocketAddress
    private let handle: (HTTPRequest) -> HTTPResponse

    /// Serves at once.
    ///
    /// - Parameter address: a UNIX socket, made readable and writable by its owner alone, or a loopback address.
    /// - Throws: where it cannot listen there, or the address is one that others could reach.
    public init(
        on loop: EventLoop, address: SocketAddress, handle: @escaping (HTTPRequest) -> HTTPResponse
    ) throws(EventLoopError) {
        guard address.isLoopback else {
            throw EventLoopError(
                "serve the admin face on \(address): it answers anybody, so give a UNIX socket or a loopback address", errno: 0)
        }
        // Before there is a server to let go of: that takes the path away, and the path may be another server's.
        let descriptor = try Listener.listeningSocket(at: address)
        guard let http = evhttp_new(loop.base) else {
            Glibc.close(descriptor)
            throw EventLoopError("start an HTTP server", errno: 0)
        }
        self.loop = loop
        self.http = http
        self.address = address
        self.handle = handle
        guard
            let listener = evconnlistener_new(
                loop.base, nil, nil, UInt32(LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC), 0, descriptor)
        else {
            Glibc.close(descriptor)
            throw EventLoopError("listen on \(address)", errno: 0)
        }
        evhttp_bind_listener(http, listener)
        evhttp_set_max_body_size(http, Self.longestBody)
        evhttp_set_timeout(http, Self.silenceLimitSeconds)
        let context = Unmanaged.passUnretained(self).toOpaque()
        evhttp_set_gencb(
            http,
            { request, context in
                guard let request, let context else { return }
                Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue().serve(request)
            }, context)
    }

    deinit {
        evhttp_free(http)
        if case .unix(let path) = address { unlink(path) }
    }

    private func serve(_ request: OpaquePointer) {
        switch handle(Self.read(request)) {
        case .whole(let status, let contentType, let body):
            addHeader(to: request, "Content-Type", contentType)
            let buffer = evbuffer_new()
            defer { evbuffer_free(buffer) }
            evbuffer_add(buffer, body, body.count)
            evhttp_send_reply(request, Int32(status), nil, buffer)
        case .stream(let contentType, let begin):
            addHeader(to: request, "Content-Type", contentType)
            begin(HTTPStream(request))
        }
    }

    private func addHeader(to request: OpaquePointer, _ name: String, _ value: String) {
        evhttp_add_header(evhttp_request_get_output_headers(request), name, value)
    }

    private static func read(_ request: OpaquePointer) -> HTTPRequest {
        let path = evhttp_uri_get_path(evhttp_request_get_evhttp_uri(request)).map { String(cString: $0) } ?? "/"
        let input = evhttp_request_get_input_buffer(request)
        var body = [UInt8](repeating: 0, count: evbuffer_get_length(input))
        evbuffer_remove(input, &body, body.count)
        return HTTPRequest(
            method: methodName(evhttp_request_get_command(request)),
            path: path.split(separator: "/").map(decode), body: body)
    }

    private static func methodName(_ command: evhttp_cmd_type) -> String {
        switch command {
        case EVHTTP_REQ_GET: "GET"
        case EVHTTP_REQ_POST: "POST"
        case EVHTTP_REQ_HEAD: "HEAD"
        default: "other"
        }
    }

    private static func decode(_ part: Substring) -> String {
        guard let decoded = evhttp_uridecode(String(part), 0, nil) else { return String(part) }
        defer { free(decoded) }
        return String(cString: decoded)
    }
}
