import Glibc

/// A program run to its end: ip(8), unshare(1), true(1).
package enum Command {
    /// Runs a program found on PATH, waits for it, and gives back what it wrote on standard output.
    ///
    /// - Parameter input: its standard input.
    /// - Throws: ``NetlabError/program(command:message:)`` where it cannot be started or ends with a code other than 0.
    @discardableResult
    package static func run(_ program: String, _ arguments: [String], input: String = "") throws(NetlabError) -> String {
        // Files and not pipes: nobody has to read and write at the same time.
        let files = try (input: UnnamedFile(containing: input), output: UnnamedFile(), error: UnnamedFile())
        let child = try ChildProcess(
            program, arguments, input: files.input.descriptor, output: files.output.descriptor,
            error: files.error.descriptor)
        let code = child.wait()
        guard code == 0 else {
            let said = files.error.text + files.output.text
            throw NetlabError.program(
                command: ([program] + arguments).joined(separator: " "),
                message: said.isEmpty ? "ended with code \(code)" : said)
        }
        return files.output.text
    }

    /// Where PATH has the program, or nil; /usr/sbin and /sbin count too, which an unprivileged user's PATH lacks on
    /// Debian.
    package static func find(_ program: String) -> String? {
        if program.contains("/") { return access(program, X_OK) == 0 ? program : nil }
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return (path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin", "/usr/bin", "/bin"])
            .map { "\($0)/\(program)" }
            .first { access($0, X_OK) == 0 }
    }
}

/// A child process with its three standard descriptors given (posix_spawn(3)).
final class ChildProcess {
    let identifier: pid_t
    private var exitCode: Int32?

    /// Starts a program found on PATH.
    ///
    /// - Throws: ``NetlabError/program(command:message:)`` where there is no such program or it cannot be started.
    init(_ program: String, _ arguments: [String], input: Int32, output: Int32, error: Int32) throws(NetlabError) {
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

    func send(signal: Int32) {
        if exitCode == nil { kill(identifier, signal) }
    }

    /// Waits for its end: its exit code, or 128 and the signal's number as a shell says it.
    @discardableResult
    func wait() -> Int32 {
        if let exitCode { return exitCode }
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        return ended(status)
    }

    /// Its exit code where it has ended, without waiting.
    func poll() -> Int32? {
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

/// A temporary file without a name, gone with its descriptor.
final class UnnamedFile {
    let descriptor: Int32

    /// Its reader, a child process, starts at the beginning.
    init(containing text: String = "") throws(NetlabError) {
        var name = Array("/tmp/tslab-XXXXXX".utf8CString)
        descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw NetlabError.from(errno: errno, "make a temporary file in /tmp") }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(name)
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw NetlabError.from(errno: errno, "write a temporary file in /tmp") }
            bytes = bytes.dropFirst(count)
        }
        lseek(descriptor, 0, SEEK_SET)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// All that was written to it, from the start; its writers' position stays.
    var text: String {
        var bytes = [UInt8]()
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = pread(descriptor, &chunk, chunk.count, off_t(bytes.count))
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }
}
