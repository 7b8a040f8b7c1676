import CLinux
import Glibc

extension PrivateNetwork {
    /// What tells a process in its environment that it runs inside already.
    public static let environmentVariable = "TSLAB_PRIVATE"

    /// Whether this process runs inside namespaces that ``reexecute(arguments:)`` made.
    public static var isInside: Bool { getenv(environmentVariable) != nil }

    /// Starts this program again inside namespaces of its own (unshare(1)): network, mount, process ids, and, except
    /// for real root, users. Returns at once where it runs inside already; otherwise only by throwing.
    ///
    /// This process stays as a wrapper: it passes SIGINT, SIGTERM and SIGHUP on to the program inside, kills everything at a
    /// second one, and ends with the program's exit code. Everything started inside ends with the program, and the
    /// program with this process, however that ends.
    ///
    /// - Parameter arguments: all of the program's, its name first: `CommandLine.arguments`.
    /// - Throws: ``NetlabError/namespacesRefused(message:)`` where the kernel or its administrator forbids it.
    public static func reexecute(arguments: [String] = CommandLine.arguments) throws(NetlabError) {
        if isInside { return }
        let options = try permittedOptions()
        let program = try ownPath()
        setenv(environmentVariable, "1", 1)
        defer { unsetenv(environmentVariable) }
        // The first process of a namespace does not hear a signal that it has no handler for: so they wait for it.
        let child = try ChildProcess(
            "unshare", options + ["--", program] + arguments.dropFirst(), input: STDIN_FILENO, output: STDOUT_FILENO,
            error: STDERR_FILENO, holdsSignals: true)
        var signals: Int32 = 0
        let status = linux_wait_passing_signals_on(child.identifier, &signals)
        exit(signals > 1 ? Self.interruptedExitCode : ProcessStatus.exitCode(status))
    }

    /// Runs this program again inside namespaces of its own to its end, and gives back what it wrote on standard output.
    ///
    /// - Parameters:
    ///   - options: what ``permittedOptions()`` found.
    ///   - arguments: the program's, without its name.
    static func outputInside(_ options: [String], _ arguments: [String]) throws(NetlabError) -> String {
        let program = try ownPath()
        setenv(environmentVariable, "1", 1)
        defer { unsetenv(environmentVariable) }
        return try Command.run("unshare", options + ["--", program] + arguments)
    }

    /// This program's file. Inside, /proc is another and "self" another process: the path must be a real one.
    private static func ownPath() throws(NetlabError) -> String {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        guard readlink("/proc/self/exe", &path, Int(PATH_MAX)) > 0 else {
            throw NetlabError.from(errno: errno, "find this program's own file")
        }
        return path.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    /// As a shell says that SIGINT ended a program.
    public static let interruptedExitCode: Int32 = 130

    /// The options of unshare(1) that work for this user here, found by trying them on true(1): what unshare says once
    /// this process has become it would reach nobody who could name the way out.
    static func permittedOptions() throws(NetlabError) -> [String] {
        let namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        let asUser = ["--user", "--map-root-user"] + namespaces
        // Root in a container may lack CAP_SYS_ADMIN and yet be allowed a user namespace.
        let candidates = geteuid() == 0 ? [namespaces, asUser] : [asUser]
        var refusal = ""
        for options in candidates {
            do throws(NetlabError) {
                try Command.run("unshare", options + ["--", "true"])
                return options
            } catch {
                guard case .program(_, let message) = error else { throw error }
                if Command.find("unshare") == nil { throw error }
                refusal = message
            }
        }
        throw NetlabError.namespacesRefused(message: refusal)
    }
}
