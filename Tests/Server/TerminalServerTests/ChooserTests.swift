import EventLoop
import LoopTestSupport
import RDP
import Sessions
import Testing
import Wire

@testable import TerminalServer

/// A user of several Disconnected sessions picks one (Q186572).
@Suite struct ChooserTests {
    private let host: Host
    private var sessions: [UInt32] = []

    init() throws {
        host = try Host()
        let clients = try (0..<3).map { try host.loggedOn("anna", name: "WS\($0)") }
        for (number, client) in clients.enumerated() {
            client.session.type(String(repeating: "x", count: number + 1))
            #expect(try host.hears(number + 1, in: client.number))
            client.session.disconnect()
            #expect(host.loop.run { client.end != nil })
        }
        sessions = clients.map(\.number)
    }

    private func state(_ number: Int) throws -> String? { try host.session(sessions[number])?["state"] as? String }

    /// The connection that has to pick, at its desktop.
    private func picking() throws -> (client: StockLikeClient, connection: ServerConnection) {
        let client = try StockLikeClient(user: "Anna", to: host)
        try #require(host.loop.run { client.endpoint.isActive })
        return (client, try #require(host.server.connections.elements.first { $0.chooser != nil }))
    }

    private static func key(_ code: UInt8) -> [InputEvent] { [.scancode(code, released: false, extended: false)] }

    @Test func byNumber() throws {
        let (client, connection) = try picking()
        #expect(connection.boxes.first?.choices.count == 3 && connection.boxes[0].choices[1].contains("Session \(sessions[1])"))
        #expect(try host.metric("tsserver_logons_total") == 3, "nobody has a session yet")
        client.act(Self.key(0x0B))
        client.act(Self.key(0x03))
        #expect(host.loop.run { connection.chooser == nil })
        #expect(try state(1) == "Active" && state(0) == "Disconnected" && state(2) == "Disconnected")
        #expect(connection.boxes.isEmpty && connection.session?.rawValue == sessions[1])
        #expect(try host.metric("tsserver_logons_total") == 4 && host.metric("tsserver_resumed_logons_total") == 1)
        client.act(Self.key(0x1E))
        #expect(try host.hears(3, in: sessions[1]), "what he picked is typed nowhere, and what follows in his session")
    }

    @Test func byMouse() throws {
        let (client, connection) = try picking()
        let button = MessageBoxLayout(connection.boxes[0], on: connection.desktop).button(2)
        let (x, y) = (UInt16(button.left + 5), UInt16(button.top + 5))
        client.act([.mouse(flags: 0x9000, x: x, y: y), .mouse(flags: 0x1000, x: x, y: y)])
        #expect(host.loop.run { connection.chooser == nil })
        #expect(try state(2) == "Active")
    }

    @Test func enterPicksTheOneDisconnectedLongest() throws {
        let (client, connection) = try picking()
        client.act(Self.key(Keyboard.enter))
        #expect(host.loop.run { connection.chooser == nil })
        #expect(try state(0) == "Active")
    }

    /// Meanwhile another client of his may have come for it.
    @Test func whatIsTakenMeanwhileIsNotGivenTwice() throws {
        let (client, connection) = try picking()
        let other = try host.loggedOn("anna")
        #expect(other.number == sessions[0], "a client of this kit is not asked")
        client.act(Self.key(0x02))
        #expect(host.loop.run { connection.chooser == nil })
        #expect(connection.session?.rawValue == sessions[1] && other.end == nil)
    }

    @Test func whoGoesInsteadTakesNothing() throws {
        let (client, connection) = try picking()
        let arriving = try #require(connection.session?.rawValue)
        client.close()
        #expect(host.loop.run { connection.session == nil })
        #expect(try (0..<3).allSatisfy { try state($0) == "Disconnected" })
        #expect(try host.session(arriving)?["state"] as? String == nil)
    }
}

/// A client of this kit that keeps quiet about being one.
final class StockLikeClient: ConnectionHandler {
    private(set) var endpoint: ClientEndpoint
    private var connection: (any Connection)?

    init(user: String, to host: Host) throws {
        endpoint = ClientEndpoint(configuration: ClientConfiguration(user: user, clientName: "STOCK"))
        connection = try LoopStream.connect(to: host.endpoint.address, backlogLimit: 1 << 20, on: host.loop, handler: self)
    }

    func act(_ events: [InputEvent]) { send { endpoint.sendInput(events, output: &$0) } }

    func close() { connection?.close(.orderly) }

    func connectionDidOpen(_ connection: any Connection) { send { endpoint.start(output: &$0) } }

    func connection(_ connection: any Connection, didReceive bytes: RawSpan) {
        var input = ByteReader(bytes)
        var output = ByteWriter()
        do throws(RDPError) { while try endpoint.next(&input, output: &output) != nil {} } catch { Issue.record("\(error)") }
        send(output.bytes)
    }

    func connectionDidDrain(_ connection: any Connection) {}

    func connection(_ connection: any Connection, didCloseWith reason: CloseReason) {}

    private func send(_ body: (inout ByteWriter) -> Void) {
        var output = ByteWriter()
        body(&output)
        send(output.bytes)
    }

    /// The name of the kit's own channel never goes out.
    private func send(_ bytes: [UInt8]) {
        var bytes = bytes
        let name = Array("tslab".utf8)
        for start in bytes.indices.dropLast(name.count) where bytes[start..<(start + name.count)].elementsEqual(name) {
            bytes.replaceSubrange(start..<(start + name.count), with: "other".utf8)
        }
        if !bytes.isEmpty { connection?.send(bytes) }
    }
}
