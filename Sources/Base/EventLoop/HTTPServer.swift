import CLibevent
import Glibc

/// An HTTP server for those on this machine, by libevent's evhttp. What one client can take is bounded: see
/// ``HTTPConnections`` for connections and time.
public final class HTTPServer {
    /// The most bytes accepted of a request's first line and headers, and of its body.
    public static let longestHead = 16 * 1024
    public static let longestBody = 64 * 1024
    /// Most answers without an end at a time.
    public static let mostStreams = 16
    /// How long a client may take to a complete request, to take the answer, and between two requests. A follower of a stream
    /// may be silent for as long as it follows.
    public static let silenceLimit = Duration.seconds(15)
    /// Most bytes kept for a reader of a stream that does not read: the server must not grow for its sake.
    public static let streamBacklog = 16 * 1024 * 1024
    /// evhttp's own limit on silence, in seconds, which is the same for followers.
    private static let silenceOfAll: Int32 = 7 * 24 * 3600

    private let http: OpaquePointer
    private let socket: ListeningSocket
    private let connections: HTTPConnections
    private let streamBacklog: Int
    private let handle: (HTTPRequest) -> HTTPResponse

    /// Serves at once.
    ///
    /// - Parameters:
    ///   - address: a UNIX socket, made readable and writable by its owner alone, or a loopback address.
    ///   - silenceLimit: see ``silenceLimit``.
    ///   - streamBacklog: see ``streamBacklog``.
    /// - Throws: where it cannot listen there, or the address is one that others could reach.
    public init(
        on loop: EventLoop, address: SocketAddress, silenceLimit: Duration = HTTPServer.silenceLimit,
        streamBacklog: Int = HTTPServer.streamBacklog, handle: @escaping (HTTPRequest) -> HTTPResponse
    ) throws(EventLoopError) {
        guard address.isLoopback else {
            throw EventLoopError(
                "serve HTTP on \(address), which other machines can reach: give a UNIX socket or a loopback address", errno: 0)
        }
        socket = try ListeningSocket(at: address)
        connections = HTTPConnections(loop: loop, silenceLimit: silenceLimit)
        self.streamBacklog = streamBacklog
        self.handle = handle
        let options = UInt32(LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC)
        guard let http = evhttp_new(loop.base), let listener = evconnlistener_new(loop.base, nil, nil, options, 0, socket.descriptor)
        else { throw EventLoopError("start an HTTP server", errno: 0) }
        self.http = http
        evhttp_bind_listener(http, listener)
        evhttp_set_max_headers_size(http, Self.longestHead)
        evhttp_set_max_body_size(http, Self.longestBody)
        evhttp_set_timeout(http, Self.silenceOfAll)
        let context = Unmanaged.passUnretained(self).toOpaque()
        evhttp_set_bevcb(http, { _, context in HTTPServer.from(context)?.connections.add() }, context)
        evhttp_set_gencb(
            http,
            { request, context in
                guard let request else { return }
                HTTPServer.from(context)?.serve(request)
            }, context)
    }

    deinit {
        socket.removePath()
        evhttp_free(http)
    }

    /// Where it really listens.
    public var address: SocketAddress { socket.address }

    private static func from(_ context: UnsafeMutableRawPointer?) -> HTTPServer? {
        context.map { Unmanaged<HTTPServer>.fromOpaque($0).takeUnretainedValue() }
    }

    private func serve(_ request: OpaquePointer) {
        let asked = HTTPRequest(request)
        var response = handle(asked)
        if case .stream = response, asked.method != "HEAD", connections.followers >= Self.mostStreams {
            response = .text(503, "\(Self.mostStreams) clients follow already: end one of them")
        }
        // A page that a browser shows is not guessed at, and not kept.
        add("X-Content-Type-Options", "nosniff", to: request)
        add("Cache-Control", "no-store", to: request)
        switch response {
        case .whole(let status, let contentType, let body):
            add("Content-Type", contentType, to: request)
            // RFC 6750, 3.
            if status == 401 { add("WWW-Authenticate", "Bearer", to: request) }
            connections.note(request, follows: false)
            send(status, body, asked, to: request)
        case .stream(let contentType, let begin):
            add("Content-Type", contentType, to: request)
            connections.note(request, follows: asked.method != "HEAD")
            if asked.method == "HEAD" { send(200, [], asked, to: request) } else { begin(HTTPStream(request, backlogLimit: streamBacklog)) }
        }
    }

    /// HEAD gets the headers that GET would (RFC 9110, 9.3.2). evhttp would send the body all the same.
    private func send(_ status: Int, _ body: [UInt8], _ asked: HTTPRequest, to request: OpaquePointer) {
        let buffer = evbuffer_new()
        defer { evbuffer_free(buffer) }
        if asked.method == "HEAD" {
            add("Content-Length", "\(body.count)", to: request)
        } else {
            evbuffer_add(buffer, body, body.count)
        }
        evhttp_send_reply(request, Int32(status), nil, buffer)
    }

    private func add(_ name: String, _ value: String, to request: OpaquePointer) {
        evhttp_add_header(evhttp_request_get_output_headers(request), name, value)
    }
}
