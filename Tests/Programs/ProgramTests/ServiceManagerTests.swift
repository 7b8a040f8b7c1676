import Foundation
import Glibc
import ProgramTestSupport
import TemporaryTestSupport
import Testing

/// tsserver as systemd starts it: by systemd's own tool, and told by datagrams what systemd is told.
@Suite struct ServiceManagerTests {
    @Test func socketsThatSystemdOpenedAreTakenOver() throws {
        let directory = try Temporary.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let admin = directory.appendingPathComponent("admin").path
        let port = UInt16.random(in: 20_000..<30_000)
        let server = try RunningProgram(
            "/usr/bin/systemd-socket-activate",
            ["-l", "127.0.0.1:\(port)", "-l", admin, "-l", directory.appendingPathComponent("other").path]
                + [Programs.path("tsserver"), "--listen", "127.0.0.1:\(port)", "--admin", admin])
        try eventually("systemd's tool listens") { FileManager.default.fileExists(atPath: admin) }
        // The first connection starts it, and waits for it.
        let client = try Programs.run("tsclient", ["127.0.0.1:\(port)", "--user", "anna", "--script", "disconnect"], limit: 20)
        #expect(client.code == 0, "\(client.output) \(server.errors)")
        #expect(server.output.contains("listening tcp://127.0.0.1:\(port)"))
        let page = try Programs.run("/usr/bin/curl", ["-s", "-m", "10", "--unix-socket", admin, "http://localhost/healthz"], limit: 15)
        #expect(page.output == "ok\n")
        #expect(server.errors.contains("listens at unix:\(directory.path)/other, which neither --listen nor --admin names"))
        // No second socket has been made.
        let listening = try Programs.run("/bin/sh", ["-c", "ss -Hltn sport = :\(port) | wc -l; ss -Hlx | grep -c \(admin)"])
        #expect(listening.output == "1\n1\n")
        server.signal(SIGTERM)
        #expect(try server.wait() == 0)
        #expect(FileManager.default.fileExists(atPath: admin), "the path is systemd's")
    }

    @Test(arguments: [false, true]) func systemdIsToldWhenItServesAndWhenItStops(isAbstract: Bool) throws {
        let directory = try Temporary.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let name = (isAbstract ? "\0" : "") + directory.appendingPathComponent("notify").path
        let hearing = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(hearing) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(hearing, $0, socklen_t(2 + name.utf8.count)) }
        }
        try #require(bound == 0)
        func heard() -> String {
            var buffer = [UInt8](repeating: 0, count: 256)
            return String(decoding: buffer[..<max(0, recv(hearing, &buffer, buffer.count, 0))], as: UTF8.self)
        }
        let socketName = (isAbstract ? "@" : "") + directory.appendingPathComponent("notify").path
        let server = try RunningProgram(
            "/usr/bin/env", ["NOTIFY_SOCKET=\(socketName)", Programs.path("tsserver"), "--listen", "127.0.0.1:0"])
        var said = ""
        try eventually("it is ready") {
            said += heard()
            return !said.isEmpty
        }
        #expect(said == "READY=1" && server.output.contains("listening"))
        server.signal(SIGTERM)
        #expect(try server.wait() == 0)
        #expect(heard() == "STOPPING=1")
    }

    /// What is for another process, as when a shell was started so before.
    @Test func socketsOfAnotherProcessAreNotTaken() throws {
        let server = try RunningProgram(
            "/bin/sh", ["-c", "LISTEN_PID=1 LISTEN_FDS=1 exec \"$0\" --listen 127.0.0.1:0 3</dev/null", Programs.path("tsserver")])
        try eventually("it listens") { server.output.contains("listening") }
        // It says that it serves, and has nothing to warn of.
        #expect(server.errors.split(separator: "\n").allSatisfy { $0.contains(" notice tsserver: ") }, "\(server.errors)")
        server.signal(SIGTERM)
        #expect(try server.wait() == 0)
    }
}
