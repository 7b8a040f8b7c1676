import Glibc
import Netlab

/// Plain blocking sockets, made in the namespace that the calling thread is in.
final class PlainSocket {
    let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    static func udp(bound address: UInt32, port: UInt16) -> PlainSocket {
        let made = PlainSocket(socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0))
        made.name(address, port, bind)
        made.limitWaiting()
        return made
    }

    static func listener(_ address: UInt32, port: UInt16) -> PlainSocket {
        let made = PlainSocket(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        made.set(SOL_SOCKET, SO_REUSEADDR, 1)
        made.name(address, port, bind)
        listen(made.descriptor, 1024)
        made.limitWaiting()
        return made
    }

    static func connected(from source: UInt32, to address: UInt32, port: UInt16) -> PlainSocket? {
        let made = PlainSocket(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        made.name(source, 0, bind)
        return made.name(address, port, connect) == 0 ? made : nil
    }

    /// The next connection; its descriptor is -1 where none comes.
    func accepted() -> PlainSocket { PlainSocket(accept(descriptor, nil, nil)) }

    /// No receive or accept waits longer than a fifth of a second.
    private func limitWaiting() {
        var limit = timeval(tv_sec: 0, tv_usec: 200_000)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    func set(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    @discardableResult
    func name(
        _ address: UInt32, _ port: UInt16, _ call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        Self.lend(address, port) { call(descriptor, $0, $1) }
    }

    func send(_ byte: UInt8, to address: UInt32, port: UInt16) {
        var byte = byte
        _ = Self.lend(address, port) { Int32(sendto(descriptor, &byte, 1, 0, $0, $1)) }
    }

    /// The next datagram's only byte, or nil where none comes.
    func receive() -> UInt8? {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, 0) == 1 ? byte : nil
    }

    private static func lend(_ address: UInt32, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = address.bigEndian
        return withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
