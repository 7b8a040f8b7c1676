import EventLoop
import Glibc
import Liveness

extension LivenessPolicy {
    /// Tells the kernel how to watch a TCP connection (tcp(7): TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT).
    func apply(to stream: Stream) throws(EventLoopError) {
        for option in socketOptions {
            var value = option.value
            guard setsockopt(stream.fileDescriptor, option.level, option.name, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
                throw EventLoopError("set a liveness option of \(stream.remoteAddress)", errno: errno)
            }
        }
    }
}
