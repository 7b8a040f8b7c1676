/// What an ``HTTPServer`` answers.
public enum HTTPResponse {
    case whole(status: Int, contentType: String, body: [UInt8])
    /// An answer without an end: `begin` is given the stream and keeps it.
    case stream(contentType: String, begin: (HTTPStream) -> Void)

    public static func text(_ status: Int, _ text: String) -> HTTPResponse {
        .whole(status: status, contentType: "text/plain; charset=utf-8", body: [UInt8]((text + "\n").utf8))
    }
}
