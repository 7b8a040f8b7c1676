import Foundation
import Glibc
import Netlab
import ProgramTestSupport
import TemporaryTestSupport
import Testing

/// What a program's standard descriptors are when it starts is not up to it.
@Suite struct StandardDescriptorTests {
    /// A peer that is no client: the server logs it.
    private func beNoClient(_ port: UInt16) throws {
        let peer = try PlainPeer(port: port)
        peer.send([UInt8]("GET / HTTP/1.1\r\n\r\n".utf8))
        #expect(peer.isClosed(within: .seconds(10)))
    }

    /// Started so, a program's first sockets would get the numbers that it logs to and prints to.
    @Test func closedOnesAreNobodyElses() throws {
        let directory = try Temporary.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let admin = directory.appendingPathComponent("admin").path
        let port = UInt16.random(in: 20_000..<30_000)
        let server = try RunningProgram(
            "/bin/sh",
            [
                "-c", "exec \"$0\" \"$@\" <&- >&- 2>&-", Programs.path("tsserver"), "--listen", "127.0.0.1:\(port)", "--admin", admin,
                "-v",
            ])
        try eventually("tsserver serves") { FileManager.default.fileExists(atPath: admin) }
        for descriptor in 0...2 {
            let path = "/proc/\(server.identifier)/fd/\(descriptor)"
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == "/dev/null")
        }
        for _ in 0..<5 { try beNoClient(port) }
        let client = try Programs.run("tsclient", ["127.0.0.1:\(port)", "--user", "anna", "--script", "disconnect"], limit: 20)
        #expect(client.code == 0 && server.isRunning)
        server.signal(SIGTERM)
        #expect(try server.wait() == 0)
    }

    @Test func aLogThatNobodyReadsKeepsNoClientWaiting() throws {
        let directory = try Temporary.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let admin = directory.appendingPathComponent("admin").path
        let port = UInt16.random(in: 20_000..<30_000)
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { for descriptor in [ends[0], null] { close(descriptor) } }
        let server = try ChildProcess(
            Programs.path("tsserver"), ["--listen", "127.0.0.1:\(port)", "--admin", admin, "-v"], input: null, output: null, error: ends[1])
        close(ends[1])
        defer {
            server.send(signal: SIGKILL)
            server.wait()
        }
        try eventually("tsserver serves") { FileManager.default.fileExists(atPath: admin) }
        func get(_ page: String) throws -> String {
            try Programs.run("/usr/bin/curl", ["-s", "-m", "5", "--unix-socket", admin, "http://localhost/" + page], limit: 15).output
        }
        func dropped() throws -> Int {
            let line = try get("metrics").split(separator: "\n").first { $0.hasPrefix("tsserver_dropped_log_lines_total ") }
            return try #require(line?.split(separator: " ").last.flatMap { Int($0) })
        }
        // 64 KiB in the pipe, as many that are being written, and as many that wait.
        for _ in 0..<2_500 { try beNoClient(port) }
        #expect(try dropped() > 0)
        #expect(try get("healthz") == "ok\n")
        // Once somebody reads, what is missing is said.
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while !text.contains(" lines were lost here"), case let count = read(ends[0], &buffer, buffer.count), count > 0 {
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        #expect(text.contains(try "\(dropped()) lines were lost here"))
        server.send(signal: SIGTERM)
        try eventually("the end") { server.poll() != nil }
        #expect(server.wait() == 0)
    }
}
