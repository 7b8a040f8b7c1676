import Glibc

extension PrivateNetwork {
    /// What tells a process in its environment that it runs inside already.
    public static let environmentVariable = "TSLAB_PRIVATE"

    /// Whether this process runs inside namespaces that ``reexecute(arguments:)`` made.
    public static var isInside: Bool { getenv(environmentVariable) != nil }

    /// Starts this program again inside namespaces of its own (unshare(1)): network, mount, process ids, and, except
    /// for real root, users. Returns at once where it runs inside already; otherwise only by throwing.
    ///
    /// The process id stays, as that of unshare, which ends as the program inside ends; everything started inside ends
    /// with it.
    ///
    /// - Parameter arguments: all of the program's, its name first: `CommandLine.arguments`.
    /// - Throws: ``NetlabError/namespacesRefused(message:)`` where the kernel or its administrator forbids it.
    public static func reexecute(arguments: [String] = CommandLine.arguments) throws(NetlabError) {
        if isInside { return }
        let options = try permittedOptions()
        let program = try ownPath()
        setenv(environmentVariable, "1", 1)
        let unshare = Command.find("unshare") ?? "unshare"
        let vector = [unshare] + options + ["--", program] + arguments.dropFirst()
        var pointers: [UnsafeMutablePointer<CChar>?] = vector.map { strdup($0) }
        pointers.append(nil)
        execv(unshare, pointers)
        let code = errno
        unsetenv(environmentVariable)
        for pointer in pointers { free(pointer) }
        throw NetlabError.system(action: "execute \(unshare)", errno: code)
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
