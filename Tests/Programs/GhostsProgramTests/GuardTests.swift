import Foundation
import Glibc
import Netlab
import NetlabTestSupport
import ProgramTestSupport
import TemporaryTestSupport
import Testing

extension InNetwork {
    /// As systemd starts it: it says when it is ready and that it is well, ends ghosts and counts them.
    @Test func aGuardEndsGhostsAndSaysSo() throws {
        let server = try StockServer(.redis)
        let directory = try Temporary.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let (notify, metrics) = (directory.appendingPathComponent("notify").path, directory.appendingPathComponent("metrics").path)
        let ear = NotifySocket(notify)
        let blackhole = try NetworkNamespace.within("clients") { try Blackhole() }
        let clients = try [1, 2, 3].map { try Laboratory.connected(from: $0, port: server.port) }
        try blackhole.add([Laboratory.workstation(2)])
        let guarding = try Laboratory.program(
            "env",
            [
                "NOTIFY_SOCKET=\(notify)", "WATCHDOG_USEC=200000", Programs.path("tsghosts"), "guard", "--port", "\(server.port)",
                "--silent", "1s", "--every", "300ms", "--questions", "3", "--end", "--set", "tcp-keepalive:time=90s", "--metrics", metrics,
            ])
        try eventually("the ghost is ended") { try Laboratory.established(port: server.port).count == 2 }
        #expect(try Laboratory.established(port: server.port) == [Laboratory.name(1), Laboratory.name(3)])
        try eventually("it is told") { guarding.errors.contains("\"event\":\"ended\"") }
        let line = try #require(guarding.errors.split(separator: "\n").first { $0.contains("\"event\":\"ended\"") })
        let entry = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect((entry["peer"] as? String)?.hasPrefix("198.18.0.2:") == true && entry["verdict"] as? String == "gone")

        let page = try Command.run("curl", ["-s", "--unix-socket", metrics, "http://localhost/metrics"])
        let labels = "{process=\"redis-server\",port=\"6379\"}"
        #expect(
            page.contains("tsghosts_ghosts_found_total\(labels) 1\n") && page.contains("tsghosts_ghosts_ended_total\(labels) 1\n"),
            "\(page)")
        #expect(page.contains("tsghosts_options_set_total\(labels) 3\n") && page.hasSuffix("# EOF\n"), "\(page)")
        #expect(
            try Command.run("curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", "--unix-socket", metrics, "http://localhost/"]) == "404"
        )
        var status = stat()
        #expect(stat(metrics, &status) == 0 && status.st_mode & 0o077 == 0)

        let said = ear.read()
        #expect(said.first?.hasPrefix("READY=1") == true, "\(said)")
        #expect(said.filter { $0 == "WATCHDOG=1" }.count > 5, "\(said)")
        guarding.signal(SIGTERM)
        #expect(try guarding.wait() == 0)
        #expect(ear.read().last == "STOPPING=1")
        #expect(access(metrics, F_OK) != 0)
        withExtendedLifetime(clients) {}
    }

    @Test func aVisitorWhoSaysNothingKeepsNobodyWaiting() throws {
        let server = try StockServer(.redis)
        let guarding = try Laboratory.program(
            Programs.path("tsghosts"), ["guard", "--silent", "1h", "--metrics", "127.0.0.1:9201", "--port", "\(server.port)"])
        try eventually("it is ready") { guarding.errors.contains("\"ready\"") }
        let silent = try NetworkNamespace.within("server") {
            (0..<40).map { _ in PlainSocket.connected(from: 0x7F00_0001, to: 0x7F00_0001, port: 9201) }
        }
        let (ip, arguments) = try Laboratory.network().command(in: .server, "curl", ["-s", "-m", "10", "http://127.0.0.1:9201/metrics"])
        #expect(try Command.run(ip, arguments).hasSuffix("# EOF\n"))
        let (same, flood) = try Laboratory.network().command(
            in: .server, "sh", ["-c", "yes | head -c 1000000 | curl -s -m 5 -T - http://127.0.0.1:9201/; true"])
        _ = try Command.run(same, flood)
        #expect(guarding.isRunning)
        guarding.signal(SIGINT)
        #expect(try guarding.wait() == 130)
        withExtendedLifetime(silent) {}
    }
}

/// The service manager's end of sd_notify(3).
private final class NotifySocket {
    private let descriptor: Int32

    init(_ path: String) {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
        _ = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }

    deinit { close(descriptor) }

    func read() -> [String] {
        var said: [String] = []
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &bytes, bytes.count, 0)
            guard count >= 0 else { return said }
            said.append(String(decoding: bytes[..<count], as: UTF8.self))
        }
    }
}
