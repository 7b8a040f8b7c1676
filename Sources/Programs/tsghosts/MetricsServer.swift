import Addresses
import Glibc
import SocketDiag
import Time

/// `GET /metrics` over HTTP/1.1 on loopback or a UNIX socket: a few visitors at a time, each with a second to ask in.
final class MetricsServer {
    private let listener: Int32
    private let path: String?
    /// The socket that was bound at ``path``.
    private var own: [UInt64]?
    private var visitors: [Visitor] = []

    private struct Visitor {
        let descriptor: Int32
        let deadline: MonotonicTime
        var request: [UInt8] = []
        var answer: ArraySlice<UInt8> = []
    }

    private static let most = 8
    private static let longestRequest = 4096
    private static let patience = Duration.seconds(1)

    struct Failure: Error, CustomStringConvertible { let description: String }

    /// - Parameter text: `127.0.0.1:9201`, `[::1]:9201`, or a UNIX socket's path.
    init(_ text: String) throws {
        guard let address = SocketAddress(parsing: text) else {
            throw Failure(description: "--metrics takes an address like 127.0.0.1:9201 or a path, not '\(text)'")
        }
        guard address.isLoopback else {
            throw Failure(description: "--metrics answers this machine alone: take 127.0.0.1, [::1] or a UNIX socket")
        }
        if case .unix(let path) = address { self.path = path } else { path = nil }
        if let path { try Self.removeSocket(path) }
        listener = Glibc.socket(address.family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var on: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        let mask = umask(0o177)
        let bound = address.withSystemAddress { bind(listener, $0, $1) }
        umask(mask)
        guard bound == 0, listen(listener, 16) == 0 else {
            throw Failure(description: "cannot listen on \(text): \(String(cString: strerror(errno)))")
        }
        if let path { own = Self.socket(at: path) }
    }

    deinit {
        for visitor in visitors { close(visitor.descriptor) }
        // The name may be another's by now.
        if let path, let own, let now = Self.socket(at: path), now == own { unlink(path) }
        if listener >= 0 { close(listener) }
    }

    /// Which socket a name leads to; nil where it leads to none.
    private static func socket(at path: String) -> [UInt64]? {
        var found = stat()
        guard lstat(path, &found) == 0, found.st_mode & S_IFMT == S_IFSOCK else { return nil }
        return [UInt64(found.st_dev), UInt64(found.st_ino)]
    }

    /// Takes away the dead socket that an earlier run left, and nothing else: this runs as root.
    private static func removeSocket(_ path: String) throws {
        var found = stat()
        guard lstat(path, &found) == 0 else { return }
        guard found.st_mode & S_IFMT == S_IFSOCK else {
            throw Failure(description: "--metrics \(path): this is a file and no socket, and stays untouched: give another path")
        }
        // Non-blocking: a server whose queue is full would keep us waiting.
        let probe = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { if probe >= 0 { close(probe) } }
        let answers = SocketAddress.unix(path: path).withSystemAddress { connect(probe, $0, $1) } == 0
        guard probe >= 0, !answers, errno == ECONNREFUSED else {
            throw Failure(description: "--metrics \(path): somebody listens there: give another path")
        }
        unlink(path)
    }

    /// What to wait for.
    var waits: [pollfd] {
        [pollfd(fd: visitors.count < Self.most ? listener : -1, events: Int16(POLLIN), revents: 0)]
            + visitors.map { pollfd(fd: $0.descriptor, events: Int16($0.answer.isEmpty ? POLLIN : POLLOUT), revents: 0) }
    }

    /// Does what can be done without waiting.
    func serve(_ now: MonotonicTime, page: () -> String) {
        while visitors.count < Self.most {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            visitors.append(Visitor(descriptor: descriptor, deadline: now + Self.patience))
        }
        visitors = visitors.compactMap { visitor in
            var visitor = visitor
            if visitor.deadline > now, proceed(&visitor, page) { return visitor }
            close(visitor.descriptor)
            return nil
        }
    }

    /// False when it is through, well or not.
    private func proceed(_ visitor: inout Visitor, _ page: () -> String) -> Bool {
        if visitor.answer.isEmpty {
            var chunk = [UInt8](repeating: 0, count: 1024)
            let count = recv(visitor.descriptor, &chunk, chunk.count, 0)
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            guard count > 0 else { return false }
            visitor.request += chunk[..<count]
            guard visitor.request.count <= Self.longestRequest else { return false }
            guard String(decoding: visitor.request, as: UTF8.self).contains("\r\n\r\n") else { return true }
            visitor.answer = Self.answer(visitor.request, page)[...]
        }
        let count = visitor.answer.withUnsafeBytes { send(visitor.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        visitor.answer = visitor.answer.dropFirst(count)
        return !visitor.answer.isEmpty
    }

    static func answer(_ request: [UInt8], _ page: () -> String) -> [UInt8] {
        let words = String(decoding: request, as: UTF8.self).prefix { !$0.isNewline }.split(separator: " ")
        let (status, kind, body): (String, String, String)
        if words.count == 3, words[0] == "GET", words[1] == "/metrics" {
            (status, kind, body) = ("200 OK", "application/openmetrics-text; version=1.0.0; charset=utf-8", page())
        } else {
            (status, kind, body) = ("404 Not Found", "text/plain", "there is GET /metrics\n")
        }
        let head = "HTTP/1.1 \(status)\r\nContent-Type: \(kind)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
        return Array((head + body).utf8)
    }
}
