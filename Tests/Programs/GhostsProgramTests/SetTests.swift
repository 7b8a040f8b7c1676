import Foundation
import Glibc
import Netlab
import NetlabTestSupport
import ProgramTestSupport
import TemporaryTestSupport
import Testing

extension InNetwork {
    /// The kernel's timers of the connections at a port, by ss(8).
    private func timers(port: UInt16) throws -> [String] {
        let (program, arguments) = try Laboratory.network().command(
            in: .server, "ss", ["-Htno", "state", "established", "sport", "=", ":\(port)"])
        return try Command.run(program, arguments).split(separator: "\n").map { line in
            line.range(of: "timer:(").map { String(line[$0.lowerBound...].prefix { $0 != "," }) } ?? ""
        }
    }

    @Test func aRunningServerIsGivenKeepaliveAndGivesItBack() throws {
        let server = try StockServer(.redis)
        var clients = try [1, 2].map { try Laboratory.connected(from: $0, port: server.port) }
        let directory = try Temporary.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let undo = directory.appendingPathComponent("undo").path
        let options = "tcp-keepalive:time=60s,interval=10s,count=3+tcp-user-timeout:timeout=75s"
        let following = try Laboratory.program(
            Programs.path("tsghosts"), ["set", options, "--process", "redis-server", "--follow", "--every", "100ms", "--undo", undo])
        try eventually("they have it") { try timers(port: server.port) == ["timer:(keepalive", "timer:(keepalive"] }
        // Those that come later, too.
        clients.append(try Laboratory.connected(from: 3, port: server.port))
        try eventually("all three have it") { try timers(port: server.port).filter { $0.hasPrefix("timer:(keepalive") }.count == 3 }
        following.signal(SIGTERM)
        #expect(try following.wait() == 130)

        let listed = try Laboratory.connections(try Laboratory.ghosts(["list", "--json"]))
        for connection in listed {
            #expect(connection["keepalive"] as? [String: Int] == ["timeSeconds": 60, "intervalSeconds": 10, "count": 3])
            #expect(connection["userTimeoutSeconds"] as? Double == 75)
        }
        let again = try Laboratory.ghosts(["set", options, "--undo", undo])
        #expect(again.code == 0 && again.output == "set: 0; had it already: 3; could not be set: 0\n")

        clients[0].close()
        let restored = try Laboratory.ghosts(["set", "--restore", undo])
        #expect(restored.code == 0 && restored.output.hasPrefix("put back: 2;"), "\(restored.output)\(restored.errors)")
        #expect(try timers(port: server.port) == ["", ""])
        for connection in try Laboratory.connections(try Laboratory.ghosts(["list", "--json"])) {
            #expect(connection["keepalive"] is NSNull && connection["userTimeoutSeconds"] is NSNull)
        }
    }
}
