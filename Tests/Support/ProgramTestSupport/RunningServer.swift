import Foundation
import Glibc
import TemporaryTestSupport

/// A real tsserver on a port that the kernel chose, ended with the test.
public final class RunningServer {
    public let port: UInt16
    /// Where it listens, as clients are told: `127.0.0.1:41234`, `spx://127.0.0.1:41234`.
    public let target: String
    /// The admin face's socket.
    public let admin: String
    private let program: RunningProgram
    private let directory: URL

    public init(_ arguments: [String] = [], listen: String = "127.0.0.1:0") throws {
        directory = try Temporary.directory()
        admin = directory.appendingPathComponent("admin").path
        let program = try RunningProgram("tsserver", ["--listen", listen, "--admin", admin] + arguments)
        try eventually("tsserver listens") { program.output.contains("\n") || !program.isRunning }
        // "listening tcp://127.0.0.1:41234"
        let address = program.output.split(whereSeparator: \.isNewline).first?.split(separator: " ").last
        guard let address, let port = address.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw Unexpected("tsserver said '\(program.output)' and '\(program.errors)'")
        }
        self.port = port
        target = address.hasPrefix("tcp://") ? String(address.dropFirst(6)) : String(address)
        self.program = program
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    public var isRunning: Bool { program.isRunning }
    public var identifier: Int32 { program.identifier }
    public var log: String { program.errors }

    /// SIGTERM; what the server then exits with.
    @discardableResult
    public func stop() throws -> Int32 {
        program.signal(SIGTERM)
        return try program.wait()
    }

    /// A page of the admin face, as curl sees it.
    public func get(_ path: String) throws -> String {
        try Programs.run(
            "/usr/bin/curl", ["-s", "-m", "10", "--unix-socket", admin, "http://localhost" + path], limit: 15
        ).output
    }

    /// How many sessions are in a state, by the server's own metrics.
    public func sessions(_ state: String) throws -> Int {
        try metric("tsserver_sessions{state=\"\(state)\"}")
    }

    /// A number of the metrics page, by its name with its labels.
    public func metric(_ name: String) throws -> Int {
        guard let line = try get("/metrics").split(separator: "\n").first(where: { $0.hasPrefix(name + " ") }),
            let value = Int(line.dropFirst(name.count + 1))
        else { throw Unexpected("no metric \(name): is tsserver there? It said: \(log)") }
        return value
    }

    /// Resident memory in KiB and the number of descriptors, by the kernel.
    public func cost() throws -> (kibibytes: Int, descriptors: Int) {
        let status = try String(contentsOfFile: "/proc/\(program.identifier)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(program.identifier)/fd").count
        let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
        return (words.count > 1 ? Int(words[1]) ?? -1 : -1, descriptors)
    }
}
