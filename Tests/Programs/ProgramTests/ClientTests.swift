import Foundation
import Glibc
import ProgramTestSupport
import Testing

/// One client and one server, as processes.
@Suite struct ClientTests {
    private func client(_ server: RunningServer, _ user: String, _ script: String) throws -> Programs.Outcome {
        try Programs.run("tsclient", [server.target, "--user", user, "--json", "--script", script], limit: 30)
    }

    @Test func aDisconnectedSessionComesBackAsItWasLeft() throws {
        let server = try RunningServer()
        let text = "The quick brown fox; 0123456789 ~!@#$%^&*()_+"
        let first = try client(server, "anna", "type \(text.replacingOccurrences(of: ";", with: ","))\nwait 300ms\ndisconnect")
        #expect(first.code == 0)
        try eventually("disconnected") { try server.sessions("Disconnected") == 1 }
        // User names are compared without regard to case.
        let second = try client(server, "Anna", "wait 300ms; disconnect")
        #expect(second.output.contains("\"resumed\":true"))
        #expect(second.output.contains("\"text\":\"\(text.replacingOccurrences(of: ";", with: ","))\""))
        #expect(second.output.contains("\"keystrokes\":\(text.count)"))
    }

    @Test func anActiveSessionIsNotGivenAway() throws {
        let server = try RunningServer()
        let holder = try RunningProgram("tsclient", [server.target, "--user", "anna"])
        try eventually("active") { try server.sessions("Active") == 1 }
        let second = try client(server, "anna", "wait 300ms; disconnect")
        #expect(second.output.contains("\"resumed\":false"))
        #expect(holder.output.contains("session 2"))
        #expect(!second.output.contains("\"session\":2,"))
    }

    @Test func atTheLimitTheUserIsToldSo() throws {
        let server = try RunningServer(["--max-sessions", "1"])
        let holder = try RunningProgram("tsclient", [server.target, "--user", "anna"])
        try eventually("active") { try server.sessions("Active") == 1 }
        let refused = try client(server, "bert", "")
        #expect(refused.code == 2)
        #expect(refused.errors.contains("a limit is reached"))
        withExtendedLifetime(holder) {}
    }

    @Test func logoffEndsTheSession() throws {
        let server = try RunningServer()
        #expect(try client(server, "anna", "logoff").code == 0)
        try eventually("gone") { try server.sessions("Active") == 0 && server.sessions("Disconnected") == 0 }
    }

    @Test func aStoppedClientIsFoundByHeartbeatsOnly() throws {
        let heartbeat = try RunningServer(["--liveness", "heartbeat:interval=1s,misses=2"])
        let keepalive = try RunningServer(["--liveness", "tcp-keepalive:time=1s,interval=1s,count=2"])
        let clients = try [heartbeat, keepalive].map { try RunningProgram("tsclient", [$0.target, "--user", "anna"]) }
        for server in [heartbeat, keepalive] { try eventually("active") { try server.sessions("Active") == 1 } }
        for client in clients { client.signal(SIGSTOP) }
        try eventually("found by the heartbeat", within: .seconds(4)) { try heartbeat.sessions("Disconnected") == 1 }
        // Three times what the keepalive would have needed, had the kernel not answered it.
        sleep(6)
        #expect(try keepalive.sessions("Active") == 1)
        for client in clients { client.signal(SIGCONT) }
    }

    @Test func aHungClientIsEndedBySignals() throws {
        let server = try RunningServer()
        let client = try RunningProgram("tsclient", [server.target, "--user", "anna", "--hang-after", "100ms"])
        try eventually("hanging") { client.output.contains("hanging") }
        client.signal(SIGTERM)
        #expect(try client.wait() == 128 + SIGTERM)
        try eventually("known") { try server.sessions("Disconnected") == 1 }
    }

    /// A name and a text that end lines, clear the screen, and set a title, as text and as JSON. tsserver has neither: they
    /// are put in on the way.
    @Test(arguments: [[], ["--json"]])
    func whatTheServerSendsDrivesNoTerminal(options: [String]) throws {
        let server = try RunningServer(["--security", "rdp", "--encryption-level", "none"])
        let name = "anna\r\nended: refused\u{1B}]0;owned\u{7}\u{9B}2J\u{202E}"
        let harmless = (name: "anna".padding(toLength: name.utf16.count, withPad: "x", startingAt: 0), text: "abcdefg")
        #expect(try client(server, harmless.name, "type \(harmless.text)\nwait 300ms\ndisconnect").code == 0)
        func utf16(_ text: String) -> [UInt8] { text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] } }
        let relay = RewritingRelay(
            to: server.port,
            changes: [(utf16(harmless.name), utf16(name)), (Array(harmless.text.utf8), Array("a\u{1B}[2J\r\n".utf8))])
        let outcome = try Programs.run(
            "tsclient", ["127.0.0.1:\(relay.port)", "--user", harmless.name, "--script", "wait 300ms; disconnect"] + options,
            limit: 30)
        #expect(outcome.code == 0, "\(outcome.errors)")
        for text in [outcome.output, outcome.errors] {
            #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control && $0 != "\u{202E}" })
        }
        #expect(outcome.output.split(separator: "\n").count { $0.contains("anna") } == 1)
        #expect(outcome.output.contains(options.isEmpty ? "anna\\u{D}\\u{A}ended: refused\\u{1B}]0;owned" : "\\u009B2J\\u202E"))
        #expect(outcome.output.contains(options.isEmpty ? "a\\u{1B}[2J\\u{D}\\u{A}" : "a\\u001b[2J\\r\\n"))
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func hostsHaveNames(name: String) throws {
        let server = try RunningServer(listen: "localhost:0")
        let outcome = try Programs.run(
            "tsclient", ["\(name):\(server.port)", "--user", "anna", "--script", "wait 200ms; disconnect"], limit: 30)
        #expect(outcome.code == 0, "\(outcome.errors)")
    }

    @Test func aHostThatNobodyKnowsIsSaidInOneLine() throws {
        // RFC 6761, 6.4: no name under it is ever there.
        let outcome = try Programs.run("tsclient", ["server.invalid:3389", "--user", "anna"])
        #expect(outcome.code == 1)
        #expect(outcome.errors.hasPrefix("tsclient: cannot find the address of 'server.invalid': "))
        #expect(outcome.errors.count { $0 == "\n" } == 1)
    }

    @Test func nobodyListensIsSaidInOneLine() throws {
        let outcome = try Programs.run("tsclient", ["127.0.0.1:1", "--user", "anna"])
        #expect(outcome.code == 1)
        #expect(outcome.errors == "tsclient: 127.0.0.1:1: connection lost: refused\n")
    }
}
