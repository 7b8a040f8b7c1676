import LoopTestSupport
import RDP
import Sessions
import Testing
import Wire

@testable import TerminalServer

/// The desktop's buttons answer to the mouse.
@Suite struct ControlTests {
    private let host: Host
    private let client: Client
    private let connection: ServerConnection

    init() throws {
        host = try Host()
        client = try host.loggedOn("anna")
        host.loop.run(for: .milliseconds(100))
        connection = try #require(host.server.connection(showing: .init(rawValue: client.number)))
    }

    private func events(_ area: Area) -> [InputEvent] {
        let (x, y) = (UInt16((area.left + area.right) / 2), UInt16((area.top + area.bottom) / 2))
        return [.mouse(flags: 0x9000, x: x, y: y), .mouse(flags: 0x1000, x: x, y: y)]
    }

    private func area(_ control: Control) throws -> Area {
        let area = connection.desktop.area(of: control)
        try #require(!area.isEmpty, "\(control) is not there")
        return area
    }

    private func click(_ control: Control) throws {
        client.session.act(events(try area(control)))
        host.loop.run(for: .milliseconds(60))
    }

    /// Every control that is on a desktop is found where it is, and no two lie in one place.
    @Test func everyControlIsWhereItIsDrawn() throws {
        var desktop = Desktop(width: 640, height: 480)
        desktop.view.isMenuOpen = true
        for control in Control.allCases {
            let area = desktop.area(of: control)
            #expect(!area.isEmpty && desktop.screen.contains(area), "\(control)")
            #expect(desktop.control(x: area.left, y: area.top) == control)
            #expect(desktop.control(x: area.right - 1, y: area.bottom - 1) == control)
        }
        // On a small one they are not in the way.
        let small = Desktop(width: 100, height: 90)
        #expect(small.area(of: .refresh).isEmpty && small.area(of: .listTask).isEmpty && small.startMenu.isEmpty)
    }

    /// Each looks pressed while it is, and only then.
    @Test(arguments: Control.allCases) func whatIsPressedLooksIt(control: Control) {
        var desktop = Desktop(width: 640, height: 480)
        desktop.view.isMenuOpen = control == .disconnect || control == .logOff
        let before = pixels(desktop, control)
        desktop.view.pressed = control
        #expect((pixels(desktop, control) != before) == (control != .scrollTrack))
    }

    private func pixels(_ desktop: Desktop, _ control: Control) -> [UInt8] {
        var canvas = Canvas()
        let content = DesktopContent(title: "Notepad", lines: [], sessions: SessionList(lines: ["x"], shared: ["x"]))
        desktop.paint(desktop.area(of: control), showing: content, on: &canvas)
        return canvas.pixels
    }

    @Test func logOffInTheStartMenu() throws {
        try click(.start)
        #expect(connection.view.isMenuOpen)
        try click(.logOff)
        #expect(host.loop.run { client.end == .server(.loggedOffByUser) })
        #expect(try host.session(client.number)?["user"] == nil)
    }

    @Test func disconnectInTheStartMenu() throws {
        client.session.type("kept")
        try click(.start)
        try click(.disconnect)
        #expect(host.loop.run { client.end == .server(.disconnectedByUser) })
        #expect(try host.session(client.number)?["state"] as? String == "Disconnected")
        #expect(host.log.lines.contains { $0.contains("client-disconnected") })
        #expect(try host.loggedOn("anna").report?.text == "kept")
    }

    @Test func theMenuClosesWithItsButtonAndElsewhere() throws {
        try click(.start)
        try click(.start)
        #expect(!connection.view.isMenuOpen)
        try click(.start)
        client.session.act(events(Area(left: 300, top: 10, right: 302, bottom: 12)))
        host.loop.run(for: .milliseconds(60))
        #expect(!connection.view.isMenuOpen && client.end == nil)
    }

    /// Pressed here and let go of there is neither.
    @Test func whoMovesAwayHasThoughtBetter() throws {
        try click(.start)
        client.session.act([events(try area(.logOff))[0], events(try area(.disconnect))[1]])
        host.loop.run(for: .milliseconds(60))
        #expect(client.end == nil && connection.view.pressed == nil)
    }

    @Test func windowsAreHiddenZoomedAndBroughtBack() throws {
        let usual = connection.desktop.program.area
        try click(.programMinimise)
        #expect(connection.desktop.program.area.isEmpty && !connection.desktop.list.area.isEmpty)
        client.session.type("typed all the same")
        #expect(try host.hears(18, in: client.number))
        try click(.programTask)
        #expect(connection.desktop.program.area == usual)
        try click(.programZoom)
        #expect(connection.desktop.program.area.width == connection.desktop.width && connection.desktop.list.area.isEmpty)
        try click(.programZoom)
        #expect(connection.view == DesktopView())
        for control in [Control.listClose, .listMinimise] {
            try click(control)
            #expect(connection.desktop.list.area.isEmpty)
            try click(.listTask)
        }
        try click(.programClose)
        #expect(connection.boxes.first?.text.contains("Log Off") == true && client.end == nil)
    }

    @Test func refreshShowsWhoHasComeWithoutWaiting() throws {
        let other = try host.loggedOn("bert")
        host.loop.run(for: SessionBoard.refreshIntervalOnDemand)
        let before = host.server.board.generation
        try click(.refresh)
        #expect(host.server.board.generation == before + 1 && connection.shownList == before + 1 && other.end == nil)
    }

    @Test func theListScrollsToItsEndAndBack() throws {
        let others = try (0..<30).map { try host.loggedOn("user\($0)") }
        host.loop.run(for: SessionBoard.refreshIntervalOnDemand)
        try click(.refresh)
        let rows = host.server.board.rows(room: connection.desktop.listedSessions)
        #expect(rows > 2 && rows < 30)
        try click(.scrollDown)
        #expect(connection.view.firstListed == 1)
        for _ in 0..<40 { client.session.act(events(try area(.scrollDown))) }
        host.loop.run(for: .milliseconds(60))
        #expect(connection.view.firstListed == UInt32(31 - rows))
        // Above the thumb it goes back a page.
        let track = try area(.scrollTrack)
        client.session.act(events(Area(left: track.left, top: track.top, right: track.right, bottom: track.top + 2)))
        host.loop.run(for: .milliseconds(60))
        #expect(connection.view.firstListed == UInt32(31 - 2 * rows))
        for _ in 0..<40 { client.session.act(events(try area(.scrollUp))) }
        host.loop.run(for: .milliseconds(60))
        #expect(connection.view.firstListed == 0 && others.allSatisfy { $0.end == nil })
    }
}
