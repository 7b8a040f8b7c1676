import EventLoop
import Glibc
import Liveness
import Time

extension TransportLiveness {
    /// Tells the kernel how to watch a TCP connection (tcp(7): TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT).
    func apply(to stream: Stream) throws(EventLoopError) {
        if let tcpKeepalive {
            try set(stream, SOL_SOCKET, SO_KEEPALIVE, 1)
            try set(stream, Int32(IPPROTO_TCP), TCP_KEEPIDLE, Int32(clamping: tcpKeepalive.time.components.seconds))
            try set(stream, Int32(IPPROTO_TCP), TCP_KEEPINTVL, Int32(clamping: tcpKeepalive.interval.components.seconds))
            try set(stream, Int32(IPPROTO_TCP), TCP_KEEPCNT, Int32(clamping: tcpKeepalive.count))
        }
        if let tcpUserTimeout {
            try set(stream, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, Int32(clamping: tcpUserTimeout.nanoseconds / 1_000_000))
        }
    }

    private func set(_ stream: Stream, _ level: Int32, _ name: Int32, _ value: Int32) throws(EventLoopError) {
        var value = value
        guard setsockopt(stream.fileDescriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
            throw EventLoopError("set a liveness option of \(stream.remoteAddress)", errno: errno)
        }
    }
}
