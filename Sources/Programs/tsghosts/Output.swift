import FoundationEssentials
import Ghosts
import Glibc

/// Standard output and standard error.
enum Output {
    static func line(_ text: String) { write(STDOUT_FILENO, text + "\n") }

    static func error(_ text: String) { write(STDERR_FILENO, "tsghosts: \(text)\n") }

    private static func write(_ descriptor: Int32, _ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // Nobody reads any more.
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    /// docs/tsghosts.schema.json; a connection at a time, so that a hundred thousand take no more memory than one.
    static func json(_ census: Census) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        func text(_ value: some Encodable) throws -> String { String(decoding: try encoder.encode(value), as: UTF8.self) }
        let servers = try census.summaries().map { try text(ServerReport($0, namespace: census.namespaces[$0.server.namespace])) }
        write(STDOUT_FILENO, "{\"schema\":1,\"servers\":[\(servers.joined(separator: ",\n"))],\n\"connections\":[")
        var chunk = ""
        for (place, index) in census.worstFirst().enumerated() {
            let connection = census.connections[index]
            chunk += (place == 0 ? "" : ",\n") + (try text(ConnectionReport(connection, server: census.servers[connection.server])))
            if chunk.utf8.count > 64 * 1024 {
                write(STDOUT_FILENO, chunk)
                chunk = ""
            }
        }
        write(STDOUT_FILENO, chunk + "]}\n")
    }

    /// What it would take to see all, in one line.
    static func rights(_ survey: Survey) {
        guard survey.hidden > 0 else { return }
        error(
            "\(survey.hidden) of \(survey.census.connections.count) connections belong to others: run as root, or with CAP_SYS_PTRACE, "
                + "to see their programs and options and to ask their peers")
    }
}
