import CLinux
import Glibc

/// Stops one socket as if its whole machine stood still.
public enum SocketFreeze {
    /// Has the kernel drop every segment for the socket before TCP sees it, so that nothing is acknowledged, or lets them
    /// in again: SO_ATTACH_FILTER with the one instruction "return 0", and SO_DETACH_FILTER (socket(7)).
    public static func set(_ descriptor: Int32, frozen: Bool) throws(NetlabError) {
        let result: Int32
        if frozen {
            var drop = sock_filter(code: UInt16(BPF_RET | BPF_K), jt: 0, jf: 0, k: 0)
            result = withUnsafeMutablePointer(to: &drop) {
                var program = sock_fprog(len: 1, filter: $0)
                return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, socklen_t(MemoryLayout<sock_fprog>.size))
            }
        } else {
            // It has no value, but the kernel refuses every option shorter than an int.
            var unused: Int32 = 0
            result = setsockopt(descriptor, SOL_SOCKET, SO_DETACH_FILTER, &unused, socklen_t(MemoryLayout<Int32>.size))
        }
        guard result == 0 else { throw .from(errno: errno, frozen ? "freeze a socket" : "thaw a socket") }
    }
}
