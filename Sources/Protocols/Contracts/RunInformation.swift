/// Which run a result is of: enough to do it again.
public struct RunInformation: Codable, Equatable, Sendable {
    /// The program's version.
    public var version: String
    /// When it began, by the machine's clock: ISO 8601, in UTC.
    public var startedAt: String
    /// The machine's name, and its kernel's release as uname(2) says it.
    public var host: String
    public var kernel: String
    /// The command line, the program's name first.
    public var arguments: [String]

    public init(version: String, startedAt: String, host: String, kernel: String, arguments: [String]) {
        self.version = version
        self.startedAt = startedAt
        self.host = host
        self.kernel = kernel
        self.arguments = arguments
    }

    /// The command line as one could type it: words that a shell would take apart are quoted.
    public var commandLine: String {
        ([arguments.first?.split(separator: "/").last.map(String.init) ?? ""] + arguments.dropFirst().map(Self.quoted))
            .joined(separator: " ")
    }

    private static func quoted(_ word: String) -> String {
        let isPlain = !word.isEmpty && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:=,%+@".contains($0)) }
        return isPlain ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
