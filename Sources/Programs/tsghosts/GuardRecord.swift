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

    /// Borrows the socket again; nil where its program has it under this number no more.
    func borrow(_ processes: inout ProcessCache) -> BorrowedSocket? {
        processes[process].flatMap { BorrowedSocket($0, descriptor: descriptor, cookie: cookie) }
    }

    /// Puts the options of many back, each where it still has the value that was set.
    ///
    /// - Returns: how many the kernel refused, and how many sockets nobody holds any more.
    static func restore(
        _ changes: [(record: GuardRecord, changed: LivenessOptions)], _ processes: inout ProcessCache
    ) -> (refused: Int, gone: Int) {
        var refused = 0
        var missing: [UInt32: Int] = [:]
        func putBack(_ index: Int, _ socket: BorrowedSocket) {
            if socket.restore(changes[index].record.saved, changed: changes[index].changed) != 0 { refused += 1 }
        }
        for (index, change) in changes.enumerated() {
            if let socket = change.record.borrow(&processes) { putBack(index, socket) } else { missing[change.record.inode] = index }
        }
        guard !missing.isEmpty else { return (refused, 0) }
        // Its program may have moved it to another number or given it to another process: one look through all for all of them.
        var scan = ProcessScan()
        scan.run { inode, holder in
            guard let index = missing[inode], let process = BorrowedProcess(holder.process),
                let socket = BorrowedSocket(process, descriptor: holder.descriptor, cookie: changes[index].record.cookie)
            else { return }
            missing[inode] = nil
            putBack(index, socket)
        }
        return (refused, missing.count)
    }
}
