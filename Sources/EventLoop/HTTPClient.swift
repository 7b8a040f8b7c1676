import Wire

/// One HTTP/1.0 exchange with an admin face: libevent's own client cannot connect to a UNIX socket, and with version 1.0
/// an answer without an end comes as plain bytes until the connection closes.
public final class HTTPClient: ConnectionHandler {
    public enum Failure: Error, CustomStringConvertible {
        case connection(SocketAddress, CloseReason)
        /// The answer was not HTTP, or its head was longer than ``HTTPClient/longestHead``.
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

    /// Most bytes of status line and headers read, so that a peer that never ends them is left.
    public static let longestHead = 16 * 1024

    private let address: SocketAddress
    private let receive: ([UInt8]) -> Void
    private let done: (Failure?) -> Void
    private let requestText: [UInt8]
    private var head: [UInt8] = []
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
        let text = "\(method) \(path) HTTP/1.0\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
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
        head += received
        guard let end = headEnd else {
            if head.count > Self.longestHead { connection.close(.abort) }
            return
        }
        let words = String(decoding: head.prefix(64), as: UTF8.self).split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let code = Int(words[1]) else {
            return connection.close(.abort)
        }
        status = code
        let rest = Array(head[end...])
        head = []
        if !rest.isEmpty { deliver(rest) }
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

    /// Where the body begins, once the empty line that ends the head has arrived.
    private var headEnd: Int? {
        let mark: [UInt8] = [13, 10, 13, 10]
        guard head.count >= mark.count else { return nil }
        return (mark.count...head.count).first { head[($0 - mark.count)..<$0].elementsEqual(mark) }
    }
}
