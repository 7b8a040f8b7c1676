import EventLoop
import LoopTestSupport
import RDP
import Random
import Sessions
import TerminalClient
import TerminalServer
import Testing
import Time
import Wire

/// Whatever comes to the RDP port is logged and closed by the deadline, and costs nobody else anything.
@Suite struct BadInputTests {
    private static let deadline = Duration.milliseconds(600)

    /// Runs `attack` beside a client that is well, and holds that client against what it was.
    private func besideAWellClient(
        brokenConnection: BrokenConnectionAction = .disconnect, _ attack: (Host) throws -> Void
    ) throws {
        let host = try Host {
            $0.handshakeDeadline = Self.deadline
            $0.brokenConnection = brokenConnection
        }
        let well = try host.loggedOn("anna")
        well.session.type("before")
        #expect(try host.hears(6, in: well.number))
        try attack(host)
        #expect(well.end == nil && well.told.isEmpty)
        well.session.type("after")
        #expect(try host.hears(11, in: well.number))
        let session = try #require(try host.session(well.number))
        #expect(session["state"] as? String == "Active" && session["user"] as? String == "anna")
        // Nothing is left of the others.
        #expect(try host.metric("tsserver_open_connections") == 1)
        #expect(try host.metric("tsserver_sessions{state=\"Active\"}") == 1)
        #expect(try host.metric("tsserver_sessions{state=\"Connected\"}") == 1, "the console alone")
    }

    /// Sends bytes and waits for the end, which must come by the deadline and be in the log.
    private func expectEnd(of connection: Host.Raw, on host: Host, from began: MonotonicTime) {
        #expect(host.loop.run(for: .seconds(10)) { !connection.heard.closes.isEmpty }, "not closed")
        // A busy machine gets two seconds.
        #expect(host.loop.now - began < Self.deadline + .seconds(2))
        #expect(
            host.log.lines.contains { $0.contains(connection.name) && $0.contains("connection closed") },
            "no log line of \(connection.name)")
    }

    @Test func randomBytes() throws {
        try besideAWellClient { host in
            for seed in 1...20 {
                var random = SeededGenerator(seed: UInt64(seed))
                let began = host.loop.now
                let connection = try host.connect()
                let first: [UInt8] = seed % 2 == 0 ? [3, 0, 0, UInt8.random(in: 7...80, using: &random)] : []
                connection.stream.send(first + (0..<500).map { _ in UInt8.random(in: 0...255, using: &random) })
                expectEnd(of: connection, on: host, from: began)
            }
            #expect(try host.metric("tsserver_protocol_errors_total") >= 15)
        }
    }

    @Test(
        arguments: [
            // TPKT (RFC 1006) of 65,535 bytes, of 3 and of 0.
            [3, 0, 0xFF, 0xFF], [3, 0, 0, 3], [3, 0, 0, 0],
            // A fast-path header (MS-RDPBCGR 2.2.8.1.2) of 32,767 bytes and one of 1.
            [4, 0xFF, 0xFF], [4, 0x80, 0x01],
            // X.224 with a length indicator beyond its TPKT.
            [3, 0, 0, 11, 0xFE, 0xE0, 0, 0, 0, 0, 0],
            // A connection request, then an MCS Connect-Initial whose BER length is four billion.
            [3, 0, 0, 11, 6, 0xE0, 0, 0, 0, 0, 0, 3, 0, 0, 15, 2, 0xF0, 0x80, 0x7F, 0x65, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0],
            // ... and one whose length has more bytes than there are.
            [3, 0, 0, 11, 6, 0xE0, 0, 0, 0, 0, 0, 3, 0, 0, 10, 2, 0xF0, 0x80, 0x7F, 0x65],
        ] as [[UInt8]])
    func hugeAndImpossibleLengths(bytes: [UInt8]) throws {
        try besideAWellClient { host in
            let began = host.loop.now
            let connection = try host.connect()
            connection.stream.send(bytes)
            expectEnd(of: connection, on: host, from: began)
        }
    }

    /// A TPKT that says 65,535 bytes and gets them gives the server no more to keep than that.
    @Test func aStreamOfTheLongestPDUs() throws {
        try besideAWellClient { host in
            let began = host.loop.now
            let connection = try host.connect()
            connection.stream.send([3, 0, 0xFF, 0xFF] + [UInt8](repeating: 3, count: 0xFFFF))
            expectEnd(of: connection, on: host, from: began)
        }
    }

    @Test func silence() throws {
        try besideAWellClient { host in
            let began = host.loop.now
            let connections = try (0..<200).map { _ in try host.connect() }
            let last = host.loop.now
            for connection in connections { expectEnd(of: connection, on: host, from: last) }
            #expect(connections.allSatisfy { $0.heard.closes.count == 1 && $0.heard.received.isEmpty })
            #expect(host.loop.now - began > Self.deadline, "nobody was sent away before the deadline")
            #expect(try host.metric("tsserver_handshake_deadlines_total") == 200)
        }
    }

    @Test func aSlowDrip() throws {
        try besideAWellClient { host in
            var request = ByteWriter()
            let client = ClientEndpoint(configuration: ClientConfiguration(user: "drip", clientName: "WS"))
            client.start(output: &request)
            let began = host.loop.now
            let connection = try host.connect()
            var rest = request.bytes[...]
            let drip = host.loop.every(.milliseconds(50)) { connection.stream.send([rest.popFirst() ?? 3]) }
            expectEnd(of: connection, on: host, from: began)
            #expect(!rest.isEmpty && rest.count < request.count)
            drip.cancel()
        }
    }

    /// A real client that falls silent, says goodbye or says nonsense after so many bytes of its way to the desktop.
    @Test(arguments: [CutClient.Turn.silent, .gone, .nonsense])
    func truncatedHandshakes(turn: CutClient.Turn) throws {
        try besideAWellClient(brokenConnection: .reset) { host in
            let whole = try #require(try CutClient(host, after: .max, turn).sentToTheDesktop)
            #expect(whole > 500)
            let began = host.loop.now
            let clients = try stride(from: 1, to: whole, by: 13).map { try CutClient(host, after: $0, turn, waits: false) }
            #expect(host.loop.run { clients.allSatisfy { $0.ends == 1 } }, "\(clients.count { $0.ends == 0 }) are not closed")
            #expect(host.loop.now - began < Self.deadline + .seconds(5))
        }
    }

    @Test func nonsenseFromADesktopDisconnectsItsSessionAndNoOther() throws {
        try besideAWellClient { host in
            let bad = try host.loggedOn("mallory")
            bad.session.connection?.send([3, 0, 0, 8, 2, 0xF0, 0x80, 0xFF])
            #expect(host.loop.run { bad.end != nil })
            #expect(try host.session(bad.number)?["state"] as? String == "Disconnected")
            #expect(host.log.lines.contains { $0.contains("connection closed") })
            #expect(try host.ask("POST", "/sessions/\(bad.number)/reset").status == 200)
        }
    }
}
