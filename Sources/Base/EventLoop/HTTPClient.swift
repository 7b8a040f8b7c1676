import Wire

/// One HTTP/1.0 exchange with an admin face: libevent's own client cannot connect to a UNIX socket, and with version 1.0
/// an answer without an end comes as plain bytes until the connection closes.
public final class HTTPClient: ConnectionHandler {
    public enum Failure: Error, CustomStringConvertible {
        case connection(SocketAddress, CloseReason)
        /// The answer was not HTTP, or its head was longer than ``HTTPHead/longest``.
        case notHTTP(SocketAddress)
        case status(Int, String)

        public var description: String {
            switch self {
            case .connection(let address, let reason): "no answer from the admin face at \(address): \(reason)"
            case .notHTTP(let address): "\(address) does not speak HTTP: is it a tsserver's admin face?"
            case .status(let code, let text): "the server answered \(code): \(text)"
            }
        }
    }

    private let address: SocketAddress
    private let receive: ([UInt8]) -> Void
    private let done: (Failure?) -> Void
    private let requestText: [UInt8]
    private var head = HTTPHead()
    private var status: Int?
    private var refusalText: [UInt8] = []

    private init(
        address: SocketAddress, requestText: String, receive: @escaping ([UInt8]) -> Void,
        done: @escaping (Failure?) -> Void
    ) {
        self.address = address
        self.requestText = [UInt8](requestText.utf8)
        self.receive = receive
        self.done = done
    }

    /// Sends a request and hands out the body as it comes.
    ///
    /// - Parameters:
    ///   - receive: some more bytes of the body of a successful answer.
    ///   - done: called once, with nil where the answer was successful and complete.
    /// - Returns: the connection, to end an exchange early.
    @discardableResult
    public static func request(
        _ method: String, _ path: String, body: String = "", at address: SocketAddress, on loop: EventLoop,
        receive: @escaping ([UInt8]) -> Void, done: @escaping (Failure?) -> Void
    ) throws(EventLoopError) -> any Connection {
        let text = "\(method) \(path) HTTP/1.0\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        let client = HTTPClient(address: address, requestText: text, receive: receive, done: done)
        return try Stream.connect(to: address, backlogLimit: 1 << 20, on: loop, handler: client)
    }

    public func connectionDidOpen(_ connection: any Connection) {
        let text = requestText
        connection.send(text.span.bytes)
    }

    public func connection(_ connection: any Connection, didReceive bytes: RawSpan) {
        let received = [UInt8](bytes)
        guard status == nil else { return deliver(received) }
        switch head.add(received) {
        case .unfinished: break
        case .bad: connection.close(.abort)
        case .status(let code, let rest):
            status = code
            if !rest.isEmpty { deliver(rest) }
        }
    }

    public func connectionDidDrain(_ connection: any Connection) {}

    public func connection(_ connection: any Connection, didCloseWith reason: CloseReason) {
        switch status {
        case .some(200..<300): done(nil)
        case .some(let code): done(.status(code, String(decoding: refusalText.prefix(500), as: UTF8.self)))
        case nil: done(reason == .local ? .notHTTP(address) : .connection(address, reason))
        }
    }

    private func deliver(_ bytes: [UInt8]) {
        if let status, 200..<300 ~= status { receive(bytes) } else { refusalText += bytes.prefix(500 - min(500, refusalText.count)) }
    }
}
