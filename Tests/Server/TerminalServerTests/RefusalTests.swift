import Foundation
import LoopTestSupport
import RDP
import Sessions
import TemporaryTestSupport
import TerminalClient
import TerminalServer
import Testing

/// A user who gets no session is told why before the connection ends.
@Suite struct RefusalTests {
    private func expectRefusal(_ client: Client, _ reason: ErrorInfo, on host: Host) {
        #expect(host.loop.run { client.end != nil })
        #expect(client.told == [reason] && client.end == .server(reason) && client.report == nil)
        #expect(host.log.lines.contains { $0.contains("refused") })
    }

    @Test func theLimitInAll() throws {
        let host = try Host { $0.limits = SessionLimits(sessions: 1) }
        let first = try host.loggedOn("anna")
        expectRefusal(try host.client("bert"), .deniedConnection, on: host)
        first.session.disconnect()
        #expect(host.loop.run { first.end != nil })
        expectRefusal(try host.client("anna"), .deniedConnection, on: host)
        #expect(try host.metric("tsserver_refused_logons_total") == 2)
    }

    @Test func theLimitOfAUser() throws {
        let host = try Host { $0.limits = SessionLimits(perUser: 1) }
        let first = try host.loggedOn("anna")
        expectRefusal(try host.client("ANNA"), .deniedConnection, on: host)
        #expect(try host.session(first.number)?["state"] as? String == "Active")
        first.session.disconnect()
        #expect(host.loop.run { first.end != nil })
        #expect(try host.loggedOn("Anna").report?.resumed == true)
    }

    @Test func whoIsNotListedOrHasAnotherPassword() throws {
        let path = Temporary.path(".txt")
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "# the staff\n\nAnna:se:cret\n  bert:  \n".write(toFile: path, atomically: true, encoding: .utf8)
        let users = try UserDirectory(contentsOf: path)
        let host = try Host { $0.users = users }
        for (user, password) in [("cleo", ""), ("anna", ""), ("anna", "SE:CRET"), ("", "")] {
            expectRefusal(try host.client(user, password: password), .insufficientPrivileges, on: host)
        }
        for (user, password) in [("ANNA", "se:cret"), ("bert", "")] {
            let client = try host.client(user, password: password)
            #expect(host.loop.run { client.report != nil }, "\(user)")
        }
    }

    @Test func aUsersFileThatCannotBeReadSaysWhere() throws {
        #expect { try UserDirectory(contentsOf: "/nonexistent") } throws: { "\($0)".contains("/nonexistent") }
        let path = Temporary.path(".txt")
        defer { try? FileManager.default.removeItem(atPath: path) }
        for (text, line) in [("anna:x\nbert\n", 2), (":x\n", 1), ("#\n#\n\nx", 4)] {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            #expect { try UserDirectory(contentsOf: path) } throws: { "\($0)".contains("line \(line)") }
        }
    }
}
