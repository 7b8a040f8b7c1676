import Foundation
import Glibc
import NetlabTestSupport

/// Stands between one client and its server and changes what the server sends, as a hostile server would send it.
final class RewritingRelay {
    typealias Change = (sent: [UInt8], arrives: [UInt8])

    /// Where the client is to connect, on 127.0.0.1.
    let port: UInt16
    private static let loopback: UInt32 = 0x7F00_0001

    /// - Parameter changes: of the same length each, since lengths stay as the server wrote them.
    init(to server: UInt16, changes: [Change]) {
        let listener = PlainSocket.listener(Self.loopback, port: 0)
        var name = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &name) {
            _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener.descriptor, $0, &length) }
        }
        port = UInt16(bigEndian: name.sin_port)
        // The client comes while the test waits for it to end.
        let listening = dup(listener.descriptor)
        Thread.detachNewThread { Self.serve(PlainSocket(listening), server, changes) }
    }

    private static func serve(_ listener: PlainSocket, _ port: UInt16, _ changes: [Change]) {
        for _ in 0..<100 {
            let client = listener.accepted()
            guard client.descriptor >= 0 else { continue }
            guard let server = PlainSocket.connected(from: loopback, to: loopback, port: port) else { return }
            let (near, far) = (client.descriptor, server.descriptor)
            Thread.detachNewThread { pass(from: near, to: far, []) }
            pass(from: far, to: near, changes)
            return
        }
    }

    /// Passes bytes on until the sender's end. What is to be changed must come in one read.
    private static func pass(from source: Int32, to sink: Int32, _ changes: [Change]) {
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = recv(source, &buffer, buffer.count, 0)
            // An accepted socket has its listener's limit of waiting.
            if count < 0, errno == EAGAIN { continue }
            guard count > 0 else { break }
            var data = Data(buffer[..<count])
            for change in changes {
                while let range = data.range(of: Data(change.sent)) { data.replaceSubrange(range, with: change.arrives) }
            }
            guard data.withUnsafeBytes({ send(sink, $0.baseAddress, count, Int32(MSG_NOSIGNAL)) }) == count else { break }
        }
        shutdown(sink, Int32(SHUT_WR))
    }
}
