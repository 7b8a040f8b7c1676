import Glibc

/// Plain blocking sockets, made in the namespace that the calling thread is in.
public final class PlainSocket {
    public private(set) var descriptor: Int32

    public init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close() }

    public func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    public static func udp(bound address: UInt32, port: UInt16) -> PlainSocket {
        let made = PlainSocket(socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0))
        made.name(address, port, bind)
        made.limitWaiting()
        return made
    }

    public static func listener(_ address: UInt32, port: UInt16) -> PlainSocket {
        let made = PlainSocket(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        made.set(SOL_SOCKET, SO_REUSEADDR, 1)
        made.name(address, port, bind)
        listen(made.descriptor, 1024)
        made.limitWaiting()
        return made
    }

    /// - Parameter receiveBuffer: SO_RCVBUF, which limits the window from the start; nil leaves it to the kernel.
    public static func connected(
        from source: UInt32, to address: UInt32, port: UInt16, receiveBuffer: Int32? = nil
    ) -> PlainSocket? {
        let made = PlainSocket(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        if let receiveBuffer { made.set(SOL_SOCKET, SO_RCVBUF, receiveBuffer) }
        made.name(source, 0, bind)
        return made.name(address, port, connect) == 0 ? made : nil
    }

    /// The next connection; its descriptor is -1 where none comes.
    public func accepted() -> PlainSocket { PlainSocket(accept(descriptor, nil, nil)) }

    /// No receive or accept waits longer than a fifth of a second.
    private func limitWaiting() {
        var limit = timeval(tv_sec: 0, tv_usec: 200_000)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    public func set(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    @discardableResult
    private func name(
        _ address: UInt32, _ port: UInt16, _ call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        Self.lend(address, port) { call(descriptor, $0, $1) }
    }

    public func send(_ byte: UInt8, to address: UInt32, port: UInt16) {
        var byte = byte
        _ = Self.lend(address, port) { Int32(sendto(descriptor, &byte, 1, 0, $0, $1)) }
    }

    /// The next datagram's only byte, or nil where none comes.
    public func receive() -> UInt8? {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, 0) == 1 ? byte : nil
    }

    /// Sends bytes on a connection, as far as the kernel takes them now.
    @discardableResult
    public func write(_ bytes: [UInt8]) -> Int { Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)) }

    /// What has come on a connection; empty where nothing has, and after its end.
    public func read() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return Array(bytes.prefix(max(0, count)))
    }

    /// Keepalive of `idle` seconds, then `count` probes `interval` seconds apart (tcp(7)).
    public func keepAlive(idle: Int32, interval: Int32, count: Int32) {
        set(SOL_SOCKET, SO_KEEPALIVE, 1)
        set(Int32(IPPROTO_TCP), TCP_KEEPIDLE, idle)
        set(Int32(IPPROTO_TCP), TCP_KEEPINTVL, interval)
        set(Int32(IPPROTO_TCP), TCP_KEEPCNT, count)
    }

    /// Makes the close to come an abort: RST and no FIN.
    public func resetOnClose() {
        var immediately = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &immediately, socklen_t(MemoryLayout<linger>.size))
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
