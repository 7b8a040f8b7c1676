import CLinux
import Glibc

/// A child process with its three standard descriptors given, in a process group of its own: Ctrl-C is for this process to
/// answer, which then ends its children in order. It is killed when the thread that started it ends.
package final class ChildProcess {
    package let identifier: pid_t
    private var exitCode: Int32?

    /// How long a program may take to end after it was asked to.
    package static let endLimit = Duration.seconds(3)

    /// Starts a program found on PATH.
    ///
    /// - Parameters:
    ///   - diesWithParent: whether the kernel kills it when the calling thread ends, however that does (prctl(2),
    ///     PR_SET_PDEATHSIG).
    ///   - holdsSignals: whether SIGINT, SIGTERM and SIGHUP wait until the program unblocks them.
    /// - Throws: ``NetlabError/program(command:message:)`` where there is no such program or it cannot be started.
    package init(
        _ program: String, _ arguments: [String], input: Int32, output: Int32, error: Int32, diesWithParent: Bool = true,
        holdsSignals: Bool = false
    ) throws(NetlabError) {
        guard let executable = Command.find(program) else {
            throw NetlabError.program(command: program, message: "not found on PATH")
        }
        var vector: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        vector.append(nil)
        defer { for pointer in vector { free(pointer) } }
        identifier = linux_spawn(executable, vector, environ, [input, output, error], diesWithParent ? 1 : 0, holdsSignals ? 1 : 0)
        guard identifier > 0 else { throw NetlabError.program(command: program, message: String(cString: strerror(errno))) }
    }

    package func send(signal: Int32) {
        if exitCode == nil { kill(identifier, signal) }
    }

    /// Waits for its end: its exit code, or 128 and the signal's number as a shell says it.
    @discardableResult
    package func wait() -> Int32 {
        while exitCode == nil { reap(0) }
        return exitCode ?? 0
    }

    /// Its exit code where it has ended, without waiting.
    package func poll() -> Int32? {
        if exitCode == nil { reap(WNOHANG) }
        return exitCode
    }

    /// Sends a signal that asks it to end, waits, and kills it and its whole process group where it has not ended within the
    /// limit, as one that is stopped does not.
    @discardableResult
    package func end(_ signal: Int32 = SIGTERM, within limit: Duration = ChildProcess.endLimit) -> Int32 {
        send(signal: signal)
        let clock = ContinuousClock()
        let latest = clock.now + limit
        while clock.now < latest {
            if let code = poll() { return code }
            usleep(1_000)
        }
        killGroup()
        return wait()
    }

    /// Kills it and whatever it has started, stopped or not.
    package func killGroup() {
        if exitCode == nil { kill(-identifier, SIGKILL) }
    }

    /// Takes note of its end, and ends what it leaves behind in its group: as long as it is not waited for, nobody else has
    /// its number.
    private func reap(_ options: Int32) {
        var information = siginfo_t()
        guard waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT | options) == 0 else {
            if errno != EINTR { exitCode = 127 }
            return
        }
        // waitid(2): without an end there, WNOHANG leaves the number 0.
        guard information._sifields._sigchld.si_pid == identifier else { return }
        kill(-identifier, SIGKILL)
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        exitCode = ProcessStatus.exitCode(status)
    }
}

/// A process's end as a shell says it.
enum ProcessStatus {
    /// wait(2): the low seven bits are the signal that ended it, or 0 and the next eight bits its code.
    static func exitCode(_ status: Int32) -> Int32 { status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F }
}
