import Foundation
import Glibc
import ProgramTestSupport
import Testing

@Suite struct ServerTests {
    @Test func openToOthersItWantsToKnowWhoMayLogOn() throws {
        let refused = try Programs.run("tsserver", ["--listen", "0.0.0.0:0"], limit: 10)
        #expect(refused.code == 64)
        #expect(refused.errors.contains("--users FILE") && refused.errors.contains("--allow-any-user"))
    }

    @Test func usersAreAskedForTheirPasswords() throws {
        let directory = try Programs.temporaryDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let users = directory.appendingPathComponent("users")
        try Data("# who may\nanna:secret\n".utf8).write(to: users)
        let server = try RunningServer(["--users", users.path])
        func logon(_ user: String, _ password: String) throws -> Int32 {
            try Programs.run(
                "tsclient", [server.target, "--user", user, "--password", password, "--script", "disconnect"], limit: 20
            ).code
        }
        #expect(try logon("anna", "secret") == 0)
        #expect(try logon("anna", "wrong") == 2)
        #expect(try logon("bert", "secret") == 2)
    }

    @Test func aTakenPortIsSaidInOneLine() throws {
        let server = try RunningServer()
        let second = try Programs.run("tsserver", ["--listen", server.target], limit: 10)
        #expect(second.code == 1)
        #expect(second.errors.hasSuffix("\ntsserver: cannot listen on \(server.target): Address already in use\n"))
    }

    @Test(arguments: [
        (["--liveness", "sometimes"], "unknown liveness policy"), (["--clock", "soon"], "like 250ms, 30s, 5m or 2h"),
        (["--listen", "ftp://127.0.0.1:1"], "unknown transport"), (["--broken-connection", "weep"], "takes disconnect or reset"),
    ])
    func wrongCommandLinesSayWhatIsRight(arguments: [String], said: String) throws {
        let outcome = try Programs.run("tsserver", arguments, limit: 10)
        #expect(outcome.code != 0)
        #expect(outcome.errors.contains(said))
    }

    @Test func endsCleanlyAndTellsItsClients() throws {
        let server = try RunningServer()
        let client = try RunningProgram("tsclient", [server.target, "--user", "anna"])
        try eventually("active") { try server.sessions("Active") == 1 }
        #expect(try server.stop() == 0)
        #expect(server.log.contains("shutting down: 1 connections, 1 active sessions"))
        #expect(try client.wait() == 1)
        #expect(client.output.contains("the server says: the server shuts down"))
        #expect(!FileManager.default.fileExists(atPath: server.admin))
    }

    @Test func theAdminSocketIsItsOwnersAlone() throws {
        let server = try RunningServer()
        let mode = try FileManager.default.attributesOfItem(atPath: server.admin)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try server.get("/healthz") == "ok\n")
        #expect(try server.get("/metrics").hasSuffix("# EOF\n"))
    }
}
