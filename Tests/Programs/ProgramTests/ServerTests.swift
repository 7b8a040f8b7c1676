import Foundation
import Glibc
import ProgramTestSupport
import TemporaryTestSupport
import Testing

@Suite struct ServerTests {
    @Test func openToOthersItWantsToKnowWhoMayLogOn() throws {
        let refused = try Programs.run("tsserver", ["--listen", "0.0.0.0:0"], limit: 10)
        #expect(refused.code == 64)
        #expect(refused.errors.contains("--users FILE") && refused.errors.contains("--allow-any-user"))
    }

    @Test func usersAreAskedForTheirPasswords() throws {
        let directory = try Temporary.directory()
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
        #expect(second.errors == "tsserver: cannot listen on \(server.target): Address already in use\n")
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

    /// A mistyped command line costs nobody a file.
    @Test func whatIsNoSocketIsNotTakenAway() throws {
        let directory = try Temporary.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let users = directory.appendingPathComponent("users.txt").path
        let link = directory.appendingPathComponent("link").path
        try Data("anna:secret\n".utf8).write(to: URL(fileURLWithPath: users))
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: users)
        for (path, kind) in [(users, "a file"), (link, "a symbolic link")] {
            let outcome = try Programs.run("tsserver", ["--listen", "127.0.0.1:0", "--admin", path], limit: 10)
            #expect(outcome.code == 1)
            #expect(
                outcome.errors
                    == "tsserver: cannot listen on unix:\(path): it is \(kind), which stays untouched: give another path\n")
        }
        #expect(try String(contentsOfFile: users, encoding: .utf8) == "anna:secret\n")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == users)
    }

    @Test func overTCPTheAdminFaceWantsAToken() throws {
        let port = UInt16.random(in: 20_000..<30_000)
        let open = try Programs.run("tsserver", ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:\(port)"], limit: 10)
        #expect(open.code == 64 && open.errors.contains("--admin-token FILE"))

        let directory = try Temporary.directory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appendingPathComponent("token").path
        let token = "0123456789abcdef"
        try Data(token.utf8).write(to: URL(fileURLWithPath: file))
        chmod(file, 0o644)
        let options = ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:\(port)", "--admin-token", file]
        let readable = try Programs.run("tsserver", options, limit: 10)
        #expect(readable.code == 1 && readable.errors == "tsserver: the admin token \(file) is open to other users: chmod 600 it, or 640\n")
        chmod(file, 0o600)
        let server = try RunningProgram("tsserver", options)
        try eventually("tsserver listens") { server.output.contains("listening") }
        func status(_ arguments: String...) throws -> String {
            try Programs.run("/usr/bin/curl", ["-s", "-m", "10", "-o", "/dev/null", "-w", "%{http_code}"] + arguments, limit: 15).output
        }
        let sessions = "http://127.0.0.1:\(port)/sessions"
        #expect(try status(sessions) == "401")
        #expect(try status("--oauth2-bearer", token, sessions) == "200")
        #expect(try status("-I", "--oauth2-bearer", token, sessions) == "200")
        #expect(try status("--oauth2-bearer", token, "-H", "Host: evil.example", sessions) == "421")
        #expect(try status("--oauth2-bearer", token, "-H", "Origin: http://evil.example", sessions) == "403")
        #expect(try status("http://127.0.0.1:\(port)/healthz") == "200")
    }
}
