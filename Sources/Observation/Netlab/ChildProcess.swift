import Glibc

/// A child process with its three standard descriptors given (posix_spawn(3)).
package final class ChildProcess {
    package let identifier: pid_t
    private var exitCode: Int32?

    /// Starts a program found on PATH.
    ///
    /// - Throws: ``NetlabError/program(command:message:)`` where there is no such program or it cannot be started.
    package init(_ program: String, _ arguments: [String], input: Int32, output: Int32, error: Int32) throws(NetlabError) {
        guard let executable = Command.find(program) else {
            throw NetlabError.program(command: program, message: "not found on PATH")
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (target, source) in [input, output, error].enumerated() {
            posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
        }
        // What a program of this package ignores or blocks, a child must not: dumpcap ends by SIGINT.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        // A group of its own: Ctrl-C is for this process to answer, which then ends its children in order.
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

        var vector: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        vector.append(nil)
        defer { for pointer in vector { free(pointer) } }
        var identifier: pid_t = 0
        let code = posix_spawn(&identifier, executable, &actions, &attributes, vector, environ)
        guard code == 0 else { throw NetlabError.program(command: program, message: String(cString: strerror(code))) }
        self.identifier = identifier
    }

    package func send(signal: Int32) {
        if exitCode == nil { kill(identifier, signal) }
    }

    /// Waits for its end: its exit code, or 128 and the signal's number as a shell says it.
    @discardableResult
    package func wait() -> Int32 {
        if let exitCode { return exitCode }
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        return ended(status)
    }

    /// Its exit code where it has ended, without waiting.
    package func poll() -> Int32? {
        if let exitCode { return exitCode }
        var status: Int32 = 0
        return waitpid(identifier, &status, WNOHANG) == identifier ? ended(status) : nil
    }

    private func ended(_ status: Int32) -> Int32 {
        // wait(2): the low seven bits are the signal that ended it, or 0 and the next eight bits its code.
        let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
        exitCode = code
        return code
    }
}
