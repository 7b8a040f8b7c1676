import CLinux
import Glibc

/// A child process that outlives this one, whatever ends it: it knows of every socket whose options are changed, and puts them back
/// when this process is gone.
final class Guardian {
    private let descriptor: Int32
    private let child: pid_t

    /// Starts this program again as `tsghosts guardian`.
    init() throws(GuardianError) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw GuardianError(errno: errno)
        }
        defer { close(ends[1]) }
        descriptor = ends[0]
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDWR, 0)
        // Whoever waits for the end of this program's output must not wait for the guardian's.
        posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[1], GuardianCommand.descriptor)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        // A session of its own: neither Ctrl-C nor the terminal's end reaches it.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | LINUX_SPAWN_NEW_SESSION))
        var vector: [UnsafeMutablePointer<CChar>?] = ["tsghosts", "guardian"].map { (text: String) in strdup(text) }
        vector.append(nil)
        defer { for pointer in vector { free(pointer) } }
        var identifier: pid_t = 0
        let code = posix_spawn(&identifier, "/proc/self/exe", &actions, &attributes, vector, environ)
        child = identifier
        guard code == 0 else {
            close(descriptor)
            throw GuardianError(errno: code)
        }
    }

    deinit {
        close(descriptor)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
    }

    /// Returns once the guardian would put them back: only then may they be changed.
    func hold(_ records: [GuardRecord]) throws(GuardianError) {
        var start = 0
        while start < records.count {
            let part = Array(records[start..<min(records.count, start + GuardianMessage.most)])
            try send(GuardianMessage.bytes(GuardianMessage.hold, part))
            var answer: UInt8 = 0
            while true {
                let count = recv(descriptor, &answer, 1, 0)
                if count == 1 { break }
                guard count < 0, errno == EINTR else { throw GuardianError(errno: count == 0 ? EPIPE : errno) }
            }
            start += part.count
        }
    }

    /// Their options are back. A guardian that is gone has nothing to forget.
    func release(_ cookies: [UInt64]) {
        var start = 0
        while start < cookies.count {
            let part = Array(cookies[start..<min(cookies.count, start + GuardianMessage.most)])
            try? send(GuardianMessage.bytes(GuardianMessage.release, part))
            start += part.count
        }
    }

    private func send(_ bytes: [UInt8]) throws(GuardianError) {
        while Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) < 0 {
            guard errno == EINTR else { throw GuardianError(errno: errno) }
        }
    }
}

/// Without a guardian nobody is asked.
struct GuardianError: Error, CustomStringConvertible {
    let errno: Int32
    var description: String {
        "the process that would put options back cannot be had (\(String(cString: strerror(errno)))); nobody is asked without it"
    }
}
