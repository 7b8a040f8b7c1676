import Foundation
import LoopTestSupport
import RDP
import Sessions
import TemporaryTestSupport
import TerminalClient
import TerminalServer
import Testing
import Time

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
        let host = try Host { $0.users = .listed(["anna": "se:cret", "bert": ""]) }
        for (user, password) in [("cleo", ""), ("anna", "SE:CRET"), ("", "")] {
            expectRefusal(try host.client(user, password: password), .insufficientPrivileges, on: host)
        }
        for (user, password) in [("ANNA", "se:cret"), ("bert", "")] {
            let client = try host.client(user, password: password)
            #expect(host.loop.run { client.report != nil }, "\(user)")
        }
    }

    /// After some wrong passwords even the right one is not looked at for a while; who has a session elsewhere is not held up by
    /// what strangers do to his name.
    @Test func whoGuessesWaits() throws {
        let host = try Host { $0.users = .listed(["anna": "secret", "bert": "other"]) }
        for number in 0..<4 {
            expectRefusal(try host.client("anna", password: "guess \(number)"), .insufficientPrivileges, on: host)
        }
        #expect(try host.metric("tsserver_wrong_passwords_total") == 4)
        for (user, password) in [("anna", "secret"), ("bert", "other"), ("anna", "guess")] {
            expectRefusal(try host.client(user, password: password), .insufficientPrivileges, on: host)
        }
        #expect(host.log.lines.contains { $0.contains("too many wrong passwords: the next is looked at in 1s") })
        #expect(try host.metric("tsserver_wrong_passwords_total") == 4 && host.metric("tsserver_delayed_logons_total") == 3)
        host.loop.run(for: LogonBackoff.firstWait)
        let client = try host.client("anna", password: "secret")
        #expect(host.loop.run { client.report != nil })
    }

    @Test(arguments: [UserDirectory.anyone, .listed(["anna": ""])])
    func aNameThatDrivesTerminalsIsLoggedEscaped(users: UserDirectory) throws {
        let host = try Host {
            $0.users = users
            $0.limits = SessionLimits(perUser: 1)
        }
        let evil = "x\r\n2026-01-01 info: session 7 Active\u{1B}]0;owned\u{7}\u{202E}\u{9B}2J"
        for _ in 0..<2 {
            let client = try host.client(evil)
            _ = host.loop.run { client.report != nil || client.end != nil }
        }
        #expect(host.log.lines.contains { $0.contains(#"x\u{D}\u{A}2026"#) })
        let isClean = host.log.lines.joined().unicodeScalars.allSatisfy {
            $0.value >= 0x20 && !(0x7F...0x9F ~= $0.value) && $0 != "\u{202E}"
        }
        #expect(isClean, "\(host.log.lines)")
    }

    // MARK: Clients that have not logged on

    /// They keep no user out, however few sessions there may be.
    @Test(arguments: [SessionLimits(sessions: 2), SessionLimits(clients: 2)])
    func silentConnectionsTakeNoUsersPlace(limits: SessionLimits) throws {
        let host = try Host { $0.limits = limits }
        let silent = try (0..<50).map { _ in try host.connect() }
        let users = try ["anna", "bert"].map { try host.loggedOn($0) }
        expectRefusal(try host.client("cleo"), .deniedConnection, on: host)
        #expect(users.allSatisfy { $0.end == nil } && silent.allSatisfy { $0.heard.closes.isEmpty })
    }

    /// At the limit of their own the oldest gives way, and nobody who has logged on.
    @Test func theOldestSilentConnectionGivesWay() throws {
        let host = try Host { $0.unauthenticatedLimit = 10 }
        let users = try ["anna", "bert"].map { try host.loggedOn($0) }
        let silent = try (0..<25).map { _ in try host.connect() }
        #expect(host.loop.run { silent.count { !$0.heard.closes.isEmpty } >= 15 })
        let newcomer = try host.loggedOn("cleo")
        #expect(silent.map { $0.heard.closes.isEmpty } == (0..<25).map { $0 >= 16 })
        #expect(users.allSatisfy { $0.end == nil } && newcomer.end == nil)
        #expect(try host.metric("tsserver_unauthenticated_dropped_total") == 16)
        #expect(host.log.lines.contains { $0.contains("more than 10 clients that have not logged on") })
        // Those that have gone by themselves are counted no more.
        for connection in silent { connection.stream.close(.abort) }
        host.loop.run(for: .milliseconds(100))
        let next = try (0..<10).map { _ in try host.connect() }
        host.loop.run(for: .milliseconds(100))
        #expect(next.allSatisfy { $0.heard.closes.isEmpty })
    }
}
