import LoopTestSupport
import RDP
import TerminalClient
import Testing
import Wire

@testable import TerminalServer

/// What goes out for what a user does, counted in rectangles that were painted.
@Suite struct DesktopTests {
    private static let enter = [
        InputEvent.scancode(0x1C, released: false, extended: false), .scancode(0x1C, released: true, extended: false),
    ]
    private static let escape = [
        InputEvent.scancode(0x01, released: false, extended: false), .scancode(0x01, released: true, extended: false),
    ]

    private func click(_ area: Area) -> [InputEvent] {
        let (x, y) = (UInt16((area.left + area.right) / 2), UInt16((area.top + area.bottom) / 2))
        return [.mouse(flags: 0x9000, x: x, y: y), .mouse(flags: 0x1000, x: x, y: y)]
    }

    /// Rectangles painted for what `body` sets off.
    private func drawn(_ host: Host, _ body: () throws -> Void) rethrows -> UInt64 {
        let before = host.server.counters.rectanglesDrawn
        try body()
        host.loop.run(for: .milliseconds(150))
        return host.server.counters.rectanglesDrawn - before
    }

    private func shown(_ client: Client, on host: Host) throws -> ServerConnection {
        try #require(host.server.connection(showing: .init(rawValue: client.number)))
    }

    @Test func aKeystrokeDrawsOneRectangleAndIdlenessNone() throws {
        let host = try Host()
        let client = try host.loggedOn("anna")
        host.loop.run(for: .milliseconds(150))
        #expect(drawn(host) { client.session.type("a") } == 1)
        #expect(drawn(host) { client.session.type("\rb") } == 1)
        #expect(drawn(host) { client.session.act([.mouse(flags: 0x0800, x: 300, y: 300)]) } == 0)
        #expect(drawn(host) {} == 0)
        // Somebody else's coming and going is no reason to draw, ...
        let other = try host.loggedOn("bert")
        host.loop.run(for: .milliseconds(1100))
        #expect(drawn(host) { other.session.logOff() } == 0)
        let third = try host.loggedOn("cleo")
        host.loop.run(for: .milliseconds(150))
        // ... until the user does something and the list is too old: then it is drawn with the key, in tiles.
        host.loop.run(for: .milliseconds(1100))
        let list = Desktop(width: 640, height: 480).list.page.widened(toColumnsOf: 4)
        #expect(drawn(host) { client.session.type("c") } == UInt64(1 + list.tiles(side: TerminalServer.tileSide)))
        #expect(third.end == nil)
    }

    @Test func aMinimisedClientIsDrawnNothingAndThenEverything() throws {
        let host = try Host()
        let client = try host.loggedOn("anna")
        host.loop.run(for: .milliseconds(150))
        client.session.minimise(true)
        #expect(drawn(host) { client.session.type("hello") } == 0)
        let sent = host.server.counters.bytesSent
        #expect(drawn(host) { client.session.minimise(false) } > 0)
        #expect(host.server.counters.bytesSent - sent > 2000)
    }

    @Test func aRefreshDrawsWhatIsAskedFor() throws {
        let host = try Host()
        let client = try host.loggedOn("anna")
        host.loop.run(for: .milliseconds(150))
        let connection = try shown(client, on: host)
        #expect(
            drawn(host) {
                connection.damage.add(Area(left: 0, top: 0, right: 128, bottom: 64))
                connection.damage.add(Area(left: 600, top: 400, right: 610, bottom: 410))
                connection.repaint()
            } == 3)
    }

    /// Nobody waits until a large desktop is painted: each turn paints a part, and in the end all of it is there.
    @Test func aLargeDesktopIsDrawnInTurns() throws {
        let host = try Host()
        let client = Client()
        var configuration = ClientConfiguration(user: "anna", clientName: "WS00001")
        (configuration.width, configuration.height) = (2048, 1536)
        client.session = try ClientSession(to: host.endpoint, as: configuration, on: host.loop, delegate: client)
        #expect(host.loop.run { client.report != nil })
        let connection = try shown(client, on: host)
        #expect(host.loop.run { connection.damage.isEmpty && connection.transport.backlog == 0 })
        // Something of its own, so that nothing is kept painted.
        connection.view.isMenuOpen = true
        connection.damage.add(connection.desktop.screen)
        let before = host.server.counters.rectanglesDrawn
        connection.repaint()
        let first = host.server.counters.rectanglesDrawn - before
        #expect(1...160 ~= first && connection.awaitsPainting && !connection.damage.isEmpty)
        connection.repaint()
        #expect(host.server.counters.rectanglesDrawn - before == first, "it waits for its turn")
        #expect(host.loop.run { connection.damage.isEmpty })
        #expect(host.server.counters.rectanglesDrawn - before >= 32 * 24)
    }

    /// Two keys and a mouse button close a box, and none of that is typed; other keys go on to the program.
    @Test func aBoxIsClosedAndNothingTyped() throws {
        let host = try Host()
        let client = try host.loggedOn("anna")
        host.loop.run(for: .milliseconds(150))
        let connection = try shown(client, on: host)
        for number in 0..<4 {
            #expect(try host.ask("POST", "/sessions/\(client.number)/message", body: "Lunch \(number)!").status == 200)
            #expect(connection.boxes.map(\.text) == ["Lunch \(number)!"])
            client.session.type("x")
            #expect(try host.hears(number + 1, in: client.number))
            #expect(connection.boxes.count == 1)
            let layout = MessageBoxLayout(connection.boxes[0], on: connection.desktop)
            // Beside the button, and on the button but let go of beside it: the box stays.
            client.session.act(click(Area(left: 2, top: 2, right: 4, bottom: 4)))
            client.session.act([click(layout.okButton)[0], click(connection.desktop.taskbar)[1]])
            host.loop.run(for: .milliseconds(50))
            #expect(connection.boxes.map(\.isPressed) == [false])
            client.session.act([Self.enter, Self.escape, click(layout.okButton), click(layout.closeButton)][number])
            #expect(host.loop.run { connection.boxes.isEmpty })
        }
        #expect(try host.hears(4, in: client.number))
        client.session.act(Self.enter)
        #expect(try host.hears(5, in: client.number), "with no box, Enter is typed")
    }

    @Test func whoIsKeptOutOfHisSessionIsToldWhy() throws {
        let host = try Host()
        let first = try host.loggedOn("anna")
        let second = try host.loggedOn("Anna")
        #expect(try shown(first, on: host).boxes.isEmpty)
        let box = try #require(try shown(second, on: host).boxes.first)
        #expect(box.text.contains("session \(first.number) (rdp-tcp#1)") && box.text.contains("Active"))
        #expect(box.text.contains("number \(second.number)"))
    }

    @Test func noMoreBoxesWaitThanMay() throws {
        let host = try Host()
        let client = try host.loggedOn("anna")
        for number in 0..<20 { _ = try host.ask("POST", "/sessions/\(client.number)/message", body: "\(number)") }
        #expect(try shown(client, on: host).boxes.map(\.text) == (12..<20).map(String.init))
    }
}
