import EventLoop
import Foundation
import LoopTestSupport
import RDP
import TerminalClient
import Testing
import Time

@Suite struct AdminTests {
    @Test func theSessionsAreListedAsTheContractSays() throws {
        let host = try Host()
        let client = try host.loggedOn("Anna", name: "WS00042")
        client.session.type("hello")
        #expect(try host.hears(5, in: client.number))
        let session = try #require(try host.session(client.number))
        #expect(session["state"] as? String == "Active" && session["user"] as? String == "Anna")
        #expect(session["client"] as? String == "WS00042" && session["station"] as? String == "rdp-tcp#1")
        #expect(session["address"] as? String == client.session.connection?.localAddress?.description)
        #expect(session["heartbeat"] as? String == "rtt" && session["windows"] as? [String] == ["Notepad"])
        #expect(session["idleSeconds"] is Double && session["logonSeconds"] is Double)
        #expect(try host.session(0)?["station"] as? String == "console")
        #expect(try host.session(65_536)?["state"] as? String == "Listen")
    }

    @Test func theTimesSinceTheLogonAndTheLastKeyAreTold() throws {
        let host = try Host()
        let began = host.loop.now
        let client = try host.loggedOn("anna")
        let loggedOn = host.loop.now
        func times() throws -> (idle: Double, logon: Double) {
            let session = try #require(try host.session(client.number))
            return (try #require(session["idleSeconds"] as? Double), try #require(session["logonSeconds"] as? Double))
        }
        host.loop.run(for: .milliseconds(400))
        let typed = host.loop.now
        client.session.type("x")
        #expect(try host.hears(1, in: client.number))
        let heard = host.loop.now
        host.loop.run(for: .milliseconds(200))
        let earliest = host.loop.now
        let told = try times()
        let latest = host.loop.now
        #expect(((earliest - heard).inSeconds...(latest - typed).inSeconds).contains(told.idle))
        #expect(((earliest - loggedOn).inSeconds...(latest - began).inSeconds).contains(told.logon))
        #expect(told.idle >= 0.2 && told.logon >= told.idle + 0.4)
    }

    @Test func everyChangeIsALineTheMomentItHappens() throws {
        let host = try Host()
        var bytes: [UInt8] = []
        try HTTPClient.request("GET", "/events", at: host.admin, on: host.loop, receive: { bytes += $0 }, done: { _ in })
        // Followed from the moment the request is answered.
        host.loop.run(for: .milliseconds(100))
        let began = host.loop.now
        let first = try host.loggedOn("anna", name: "WS00007")
        first.session.disconnect()
        #expect(host.loop.run { first.end != nil })
        let second = try host.loggedOn("anna")
        second.session.logOff()
        #expect(host.loop.run { second.end != nil })
        #expect(host.loop.run { bytes.count { $0 == 10 } == 7 })
        let events = try String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        let changes = events.map { "\($0["from"]!) \($0["to"]!) \($0["reason"]!)" }
        #expect(
            changes == [
                "Idle Connected connected", "Connected Active logon", "Active Disconnected client-disconnected",
                "Idle Connected connected", "Connected Down resumed", "Disconnected Active resumed", "Active Down logoff",
            ])
        let times = events.compactMap { $0["t"] as? Int64 }
        #expect(times == times.sorted() && times.count == 7)
        #expect(times[0] >= began.nanoseconds && times[6] <= host.loop.now.nanoseconds)
        #expect(events[2]["user"] as? String == "anna" && events[2]["client"] as? String == "WS00007")
        #expect(events[2]["session"] as? UInt32 == first.number && events[6]["session"] as? UInt32 == first.number)
    }

    @Test func anAdministratorDisconnects() throws {
        let host = try Host()
        let client = try host.loggedOn("anna")
        #expect(try host.ask("POST", "/sessions/\(client.number)/disconnect").status == 200)
        #expect(host.loop.run { client.end == .server(.administratorDisconnected) })
        #expect(try host.session(client.number)?["state"] as? String == "Disconnected")
        #expect(try host.ask("POST", "/sessions/\(client.number)/disconnect").status == 409)
        #expect(try host.loggedOn("anna").report?.resumed == true)
    }

    @Test(arguments: ["reset", "logoff"])
    func anAdministratorEnds(action: String) throws {
        let host = try Host()
        let client = try host.loggedOn("anna")
        var told: [UInt8] = []
        try HTTPClient.request("GET", "/events", at: host.admin, on: host.loop, receive: { told += $0 }, done: { _ in })
        host.loop.run(for: .milliseconds(100))
        #expect(try host.ask("POST", "/sessions/\(client.number)/\(action)").status == 200)
        #expect(host.loop.run { client.end == .server(.administratorLoggedOff) && !told.isEmpty })
        #expect(String(decoding: told, as: UTF8.self).contains("\"reason\":\"administrator-\(action)\""))
        #expect(try host.session(client.number)?["user"] == nil)
        #expect(host.log.lines.contains("session \(client.number) Active -> Down: administrator-\(action)"))
        #expect(try host.loggedOn("anna").report?.resumed == false)
    }

    /// Everybody is told, the sessions stay for the next server's log to say why, and nobody is taken for gone by himself.
    @Test func aShutDownIsItsOwnReason() throws {
        let host = try Host()
        let client = try host.loggedOn("anna")
        let silent = try host.connect()
        host.server.shutDown()
        #expect(host.loop.run { client.end == .server(.serverShutDown) && !silent.heard.closes.isEmpty })
        let changes = host.log.lines.filter { $0.contains("->") }.suffix(2)
        #expect(changes.contains("session \(client.number) Active -> Disconnected: shutdown"))
        #expect(changes.contains { $0.hasSuffix("Connected -> Down: shutdown") })
    }

    @Test func aMessageIsDrawn() throws {
        let host = try Host()
        let client = try host.loggedOn("anna")
        host.loop.run(for: .milliseconds(100))
        let before = try host.metric("tsserver_sent_bytes_total")
        host.loop.run(for: .milliseconds(100))
        #expect(try host.metric("tsserver_sent_bytes_total") == before, "an idle desktop is not drawn")
        #expect(try host.ask("POST", "/sessions/\(client.number)/message", body: "Lunch!").status == 200)
        #expect(try host.metric("tsserver_sent_bytes_total") > before)
    }

    @Test(arguments: [
        ("GET", "/nowhere", 404), ("GET", "/", 404), ("GET", "/sessions/1", 404), ("POST", "/sessions", 405),
        ("POST", "/sessions/one/reset", 400), ("POST", "/sessions/-1/reset", 400), ("POST", "/sessions/4294967296/reset", 400),
        ("POST", "/sessions/99/disconnect", 404), ("POST", "/sessions/99/reset", 404), ("POST", "/sessions/99/message", 404),
        ("POST", "/sessions/4294967295/logoff", 404), ("POST", "/sessions/1/fly", 404),
        // The console, an idle session, the listener.
        ("POST", "/sessions/0/disconnect", 409), ("POST", "/sessions/0/reset", 409), ("POST", "/sessions/1/logoff", 409),
        ("POST", "/sessions/65536/reset", 409), ("POST", "/sessions/0/message", 409), ("DELETE", "/sessions/1/reset", 405),
    ])
    func whatCannotBeDoneIsAnsweredSo(method: String, path: String, status: Int) throws {
        let host = try Host()
        let answer = try host.ask(method, path)
        #expect(answer.status == status && answer.text.count > 10, "\(answer)")
        #expect(try host.ask("GET", "/healthz").text == "ok\n")
    }

    @Test func theSocketIsItsOwnersAlone() throws {
        let host = try Host()
        guard case .unix(let path) = host.admin else { return }
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600 && attributes[.type] as? FileAttributeType == .typeSocket)
    }
}
