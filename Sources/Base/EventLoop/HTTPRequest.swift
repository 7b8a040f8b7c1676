import CLibevent

/// What was asked of an ``HTTPServer``.
public struct HTTPRequest: Sendable {
    /// `GET`, `POST` or `HEAD`; `other` for all else.
    public let method: String
    /// The path's parts between its slashes, percent-decoded; nil where they cannot be decoded (see ``decode(_:)``).
    public let path: [String]?
    /// The host in the request line's own URI, as proxies are asked; nil in a request to a server.
    public let uriHost: String?
    public let body: [UInt8]
    /// Names in lower case, in the order in which they came.
    private let headers: [(name: String, value: String)]

    /// What came under a header's name, once for each time that it came.
    public func header(_ name: String) -> [String] {
        headers.filter { $0.name == name }.map(\.value)
    }

    init(_ request: OpaquePointer) {
        method =
            switch evhttp_request_get_command(request) {
            case EVHTTP_REQ_GET: "GET"
            case EVHTTP_REQ_POST: "POST"
            case EVHTTP_REQ_HEAD: "HEAD"
            default: "other"
            }
        let uri = evhttp_request_get_evhttp_uri(request)
        uriHost = evhttp_uri_get_host(uri).map { String(cString: $0) }
        path = Self.parts(of: evhttp_uri_get_path(uri).map { String(cString: $0) } ?? "/")
        let input = evhttp_request_get_input_buffer(request)
        var body = [UInt8](repeating: 0, count: evbuffer_get_length(input))
        evbuffer_remove(input, &body, body.count)
        self.body = body
        headers = Self.headers(evhttp_request_get_input_headers(request))
    }

    private static func headers(_ list: UnsafeMutablePointer<evkeyvalq>?) -> [(name: String, value: String)] {
        var found: [(name: String, value: String)] = []
        var next = list?.pointee.tqh_first
        while let header = next {
            found.append((String(cString: header.pointee.key).lowercased(), String(cString: header.pointee.value)))
            next = header.pointee.next.tqe_next
        }
        return found
    }

    private static func parts(of path: String) -> [String]? {
        var parts: [String] = []
        for part in path.split(separator: "/") {
            guard let decoded = decode(part) else { return nil }
            parts.append(decoded)
        }
        return parts
    }

    /// Resolves percent-encoding (RFC 3986, 2.1); nil where two hexadecimal digits do not follow a percent sign, where what
    /// comes of it is no UTF-8, and where it holds a control character: a zero would end the name for some readers and not
    /// for others.
    package static func decode(_ part: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(part.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
            bytes.append(high << 4 | low)
        }
        guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? { Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init) }
}
