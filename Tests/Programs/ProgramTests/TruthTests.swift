import Foundation
import Glibc
import ProgramTestSupport
import TemporaryTestSupport
import Testing

/// What tsload writes down is whole, or its exit code says that it is not.
@Suite struct TruthTests {
    private struct Summary: Decodable {
        let clients: Int
        let loggedOn: Int
        let lost: [String: Int]
    }

    private static func summary(_ text: String) throws -> Summary { try JSONDecoder().decode(Summary.self, from: Data(text.utf8)) }

    /// The lines of a file, each of which must be JSON.
    private static func events(_ file: URL) throws -> [[String: Any]] {
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text.hasSuffix("\n"))
        return try text.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
        }
    }

    @Test func aFullDiskIsSaidInOneLine() throws {
        let outcome = try Programs.run(
            "tsload", ["--target", "127.0.0.1:1", "--clients", "3", "--hold", "0s", "--truth", "/dev/full"], limit: 20)
        #expect(outcome.code == 2)
        #expect(outcome.output.hasSuffix("lost       4 lines of the truth were not written: No space left on device\n"))
        #expect(
            outcome.errors.split(separator: "\n").last
                == "tsload: evidence was lost: 4 lines of the truth were not written: No space left on device")
    }

    /// A limit on the size of files has the kernel take a part of a line (setrlimit(2), RLIMIT_FSIZE), as a disk that fills up
    /// does. Several workers share the file.
    @Test(arguments: [1, 3])
    func noPartOfALineStays(workers: Int) throws {
        let directory = try Temporary.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appendingPathComponent("truth.ndjson")
        let outcome = try Programs.run(
            "/bin/bash",
            [
                "-c", "ulimit -f 4; exec \"$0\" \"$@\"", Programs.path("tsload"), "--target", "127.0.0.1:1", "--clients", "90", "--hold",
                "0s", "--truth", file.path, "--json", "--workers", "\(workers)",
            ], limit: 30)
        #expect(outcome.code == 2)
        let written = try Self.events(file).count
        let lost = try Self.summary(outcome.output).lost
        #expect(lost.keys.allSatisfy { $0 == "lines of the truth were not written: File too large" })
        #expect(written > 10 && lost.values.reduce(0, +) > 10)
        // Each client failed, and each worker was ready.
        #expect(written + lost.values.reduce(0, +) == 90 + workers)
    }

    @Test(arguments: [(SIGINT, 1), (SIGTERM, 1), (SIGTERM, 2)])
    func interruptedItTellsWhatItHas(signal: Int32, workers: Int) throws {
        let server = try RunningServer()
        let directory = try Temporary.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appendingPathComponent("truth.ndjson")
        let load = try RunningProgram(
            "tsload",
            [
                "--target", server.target, "--clients", "20", "--hold", "1h", "--truth", file.path, "--json", "--workers", "\(workers)",
                "--rate", "1000",
            ])
        try eventually("all are there") { try server.sessions("Active") == 20 }
        load.signal(signal)
        #expect(try load.wait() == 130)
        let summary = try Self.summary(load.output)
        #expect(summary.clients == 20 && summary.loggedOn == 20 && summary.lost.isEmpty)
        let events = try Self.events(file)
        #expect(events.count { $0["event"] as? String == "logged-on" } == 20)
        #expect(load.errors.isEmpty)
    }

    /// The firewall's table is taken away before the power goes: nobody loses it, and tsload says so.
    @Test func aFaultThatCannotBeInjectedIsSaid() throws {
        let directory = try Temporary.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let outcome = try Programs.inNetwork(
            """
            serve --listen 127.0.0.1:3389
            "$programs/tsload" --clients 10 --sources 127.18.0.0 --fault power-off:share=50%,at=1s --hold 2s \\
                --truth "$directory/truth.ndjson" &
            load=$!
            sleep 0.5
            nft delete table inet "tslab-$load"
            wait $load
            """, directory: directory)
        #expect(outcome.code == 2, "\(outcome.errors)")
        #expect(outcome.output.contains("10 of 10 logged on"))
        #expect(!outcome.output.contains("fault "))
        #expect(outcome.output.contains("lost       5 clients did not meet power-off: "))
        let events = try Self.events(directory.appendingPathComponent("truth.ndjson"))
        #expect(!events.contains { $0["event"] as? String == "struck" })
    }

    /// Not even SIGKILL of tsload leaves a worker behind.
    @Test func workersEndWithTheirParent() throws {
        let server = try RunningServer()
        let load = try RunningProgram("tsload", ["--target", server.target, "--clients", "6", "--workers", "3", "--hold", "1h"])
        try eventually("all are there") { try server.sessions("Active") == 6 }
        let workers = try Self.children(of: load.identifier)
        #expect(workers.count == 3)
        load.signal(SIGKILL)
        try eventually("the workers have ended", within: .seconds(5)) { workers.allSatisfy { kill($0, 0) != 0 } }
        try eventually("their connections have ended") { try server.sessions("Active") == 0 }
    }

    private static func children(of process: Int32) throws -> [Int32] {
        try String(contentsOfFile: "/proc/\(process)/task/\(process)/children", encoding: .utf8)
            .split(separator: " ").compactMap { Int32($0) }
    }
}
