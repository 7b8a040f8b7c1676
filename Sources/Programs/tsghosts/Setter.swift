import Ghosts
import Glibc
import SocketDiag

/// Sets options on connections, each once.
final class Setter {
    private let change: OptionsChange
    private let undo: UndoFile?
    private var done: Set<UInt64> = []

    init(_ change: OptionsChange, undo: UndoFile?) {
        self.change = change
        self.undo = undo
    }

    struct Outcome {
        var changed = 0
        var unchanged = 0
        var failed = 0
        var changedByServer: [Server: Int] = [:]
        var text: String { "set: \(changed); had it already: \(unchanged); could not be set: \(failed)" }
    }

    /// Those that it has been applied to before are passed over.
    func apply(to survey: Survey) throws -> Outcome {
        var outcome = Outcome()
        var processes = ProcessCache()
        var there: Set<UInt64> = []
        var chosen: [(socket: BorrowedSocket, server: Server, old: LivenessOptions, new: LivenessOptions)] = []
        var entries: [UndoEntry] = []
        func carryOut() throws {
            try undo?.write(entries)
            for each in chosen {
                guard each.socket.change(from: each.old, to: each.new) == 0 else {
                    outcome.failed += 1
                    continue
                }
                outcome.changed += 1
                outcome.changedByServer[each.server, default: 0] += 1
            }
            (chosen, entries) = ([], [])
        }
        for connection in survey.census.connections {
            let cookie = connection.socket.id.cookie
            there.insert(cookie)
            guard done.insert(cookie).inserted else { continue }
            guard connection.process != 0, let process = processes[connection.process],
                let socket = BorrowedSocket(process, descriptor: connection.descriptor, cookie: cookie), let old = socket.options
            else {
                // One that has not been accepted yet may be had later.
                if connection.socket.inode == 0 { done.remove(cookie) } else { outcome.failed += 1 }
                continue
            }
            let new = change.applied(to: old)
            guard new != old else {
                outcome.unchanged += 1
                continue
            }
            chosen.append((socket, survey.census.servers[connection.server], old, new))
            let holder = SocketHolder(process: connection.process, descriptor: connection.descriptor)
            entries.append(
                UndoEntry(record: GuardRecord(cookie: cookie, inode: connection.socket.inode, holder: holder, saved: old), set: new))
            // Borrowed sockets are open descriptors.
            if chosen.count >= 200 { try carryOut() }
        }
        try carryOut()
        done.formIntersection(there)
        return outcome
    }
}
