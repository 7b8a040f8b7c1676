import LoopTestSupport
import TerminalClient
import Testing

@Suite struct MetricsTests {
    /// OpenMetrics 1.0 as far as it is used here, read from its specification and not from who writes it.
    @Test func theyAreOpenMetrics() throws {
        let host = try Host()
        let page = try host.ask("GET", "/metrics").text
        #expect(page.hasSuffix("\n# EOF\n"))
        var type: [String: String] = [:]
        var current = ""
        var closed: Set<String> = []
        var samples: Set<String> = []
        for line in page.split(separator: "\n", omittingEmptySubsequences: false).dropLast(2) {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            if words[0] == "#" {
                #expect(["TYPE", "HELP", "UNIT"].contains(words[1]), "\(line)")
                if words[2] != current { closed.insert(current) }
                current = words[2]
                #expect(!closed.contains(current), "the lines of \(current) are not together")
                if words[1] == "TYPE" { #expect(type.updateValue(words[3], forKey: current) == nil) }
                continue
            }
            #expect(words.count == 2 && Double(words[1]) != nil, "\(line)")
            #expect(samples.insert(words[0]).inserted, "\(words[0]) is there twice")
            #expect(try words[0].wholeMatch(of: Regex(#"[a-z_]+(\{[a-z_]+="[^"\\\n]*"\})?"#)) != nil, "\(line)")
            let name = words[0].prefix { $0 != "{" }
            let suffix = ["counter": "_total", "info": "_info"][type[current] ?? ""] ?? ""
            #expect(name == current + suffix, "\(line)")
            if type[current] == "counter" { #expect(!current.hasSuffix("_total")) }
        }
        #expect(Set(type.values) == ["counter", "gauge", "info"] && samples.count > 20)
    }

    @Test func theyCountWhatHappened() throws {
        let host = try Host()
        let anna = try host.loggedOn("anna")
        let second = try host.loggedOn("anna")
        #expect(try host.metric("tsserver_blocked_logons_total") == 1)
        anna.session.disconnect()
        second.session.logOff()
        #expect(host.loop.run { anna.end != nil && second.end != nil })
        #expect(try host.loggedOn("anna").report?.resumed == true)
        let expected = [
            "tsserver_sessions{state=\"Active\"}": 1.0, "tsserver_sessions{state=\"Disconnected\"}": 0,
            "tsserver_sessions{state=\"Idle\"}": 2, "tsserver_sessions{state=\"Listen\"}": 1,
            "tsserver_open_connections": 1, "tsserver_connections_total": 3, "tsserver_logons_total": 3,
            "tsserver_resumed_logons_total": 1, "tsserver_refused_logons_total": 0,
        ]
        for (name, value) in expected { #expect(try host.metric(name) == value, "\(name)") }
    }

    /// One peer says so much and is told nothing.
    @Test func bytesReceivedAreNotBytesSent() throws {
        let host = try Host()
        let peer = try host.connect()
        let received = try host.metric("tsserver_received_bytes_total")
        let sent = try host.metric("tsserver_sent_bytes_total")
        // The beginning of a PDU of 4,096 bytes.
        peer.stream.send([3, 0, 0x10, 0] + [UInt8](repeating: 0, count: 1_000))
        for _ in 0..<500 where try host.metric("tsserver_received_bytes_total") == received { host.loop.run(for: .milliseconds(10)) }
        #expect(try host.metric("tsserver_received_bytes_total") == received + 1_004)
        #expect(try host.metric("tsserver_sent_bytes_total") == sent)
        // And what a client is told is counted as sent, to the byte.
        let other = try host.connect()
        other.stream.send([3, 0, 0, 11, 6, 0xE0, 0, 0, 0, 0, 0])
        #expect(host.loop.run { !other.heard.received.isEmpty })
        #expect(try host.metric("tsserver_sent_bytes_total") == sent + Double(other.heard.received.count))
        #expect(try host.metric("tsserver_received_bytes_total") == received + 1_004 + 11)
        for raw in [peer, other] { raw.stream.close(.abort) }
    }
}
