import Ghosts
import Glibc
import SocketDiag

/// A socket whose options are changed for a while, and how to find it again: what a guardian is told of it.
struct GuardRecord: BitwiseCopyable {
    let cookie: UInt64
    let inode: UInt32
    let process: Int32
    let descriptor: Int32
    let keepalive: Int32
    let idle: Int32
    let interval: Int32
    let count: Int32
    let userTimeout: UInt32

    init(cookie: UInt64, inode: UInt32, holder: SocketHolder, saved: LivenessOptions) {
        self.cookie = cookie
        self.inode = inode
        process = holder.process
        descriptor = holder.descriptor
        keepalive = saved.keepalive ? 1 : 0
        idle = saved.idle
        interval = saved.interval
        count = saved.count
        userTimeout = saved.userTimeout
    }

    var holder: SocketHolder { SocketHolder(process: process, descriptor: descriptor) }

    var saved: LivenessOptions {
        LivenessOptions(keepalive: keepalive != 0, idle: idle, interval: interval, count: count, userTimeout: userTimeout)
    }

    /// Borrows the socket again, wherever it is by now; nil where nobody holds it any more.
    func borrow(_ processes: inout ProcessCache) -> BorrowedSocket? {
        if let process = processes[self.process],
            let socket = BorrowedSocket(process, descriptor: descriptor, cookie: cookie)
        {
            return socket
        }
        // Its program may have moved it to another number or given it to another process.
        var holders: [SocketHolder] = []
        var scan = ProcessScan()
        scan.run { if $0 == inode { holders.append($1) } }
        for holder in holders {
            if let process = BorrowedProcess(holder.process),
                let socket = BorrowedSocket(process, descriptor: holder.descriptor, cookie: cookie)
            {
                return socket
            }
        }
        return nil
    }
}
