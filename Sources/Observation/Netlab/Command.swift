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
