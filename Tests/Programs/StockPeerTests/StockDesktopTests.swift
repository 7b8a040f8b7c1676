import Glibc
import Sessions
import Testing

/// What the users of stock clients see and do.
@Suite(.serialized, .timeLimit(.minutes(3))) struct StockDesktopTests {
    private static let timeout = 20.0

    private func desktop(
        _ program: String, _ options: [String] = [], at server: StockServer, size: (Int, Int) = (Screen.width, Screen.height)
    ) throws -> (client: Child, screen: Screen) {
        let screen = try Screen()
        let client = try StockClient(name: program, program: program, options: options).start(on: screen, at: server, size: size)
        server.keep(screen, client)
        try #require(
            eventually(within: Self.timeout) { screen.isTeal(x: 600, y: 300) }, "\(client.said)\n\(server.log)")
        return (client, screen)
    }

    @Test func theClockGoesAndNothingElseChanges() throws {
        let server = try StockServer(["--clock", "1s"])
        defer { server.stop() }
        let (_, screen) = try desktop("xfreerdp", at: server)
        try screen.click(x: 700, y: 400)
        let first = try screen.pixels()
        sleep(2)
        let second = try screen.pixels()
        var changed = 0
        for index in first.indices where first[index] != second[index] {
            changed += 1
            // The box at the right end of the taskbar.
            #expect(index % Screen.width >= 735 && index / Screen.width >= 576)
        }
        #expect(changed > 0)
    }

    /// A message of three lines at most: its OK button is in the same place on every desktop of this size.
    @Test(arguments: ["xfreerdp", "rdesktop"]) func aMessageIsClosedByMouseAndKeysThatAreNotTyped(program: String) throws {
        let server = try StockServer([])
        defer { server.stop() }
        let (client, screen) = try desktop(program, at: server)
        let session = try #require(server.session(of: "anna")?.session)
        // Beside the windows and under a message.
        let under = (x: 400, y: 305)
        for step in ["mouse", "Return", "Escape"] {
            #expect(try server.post("message", to: session, body: "Lunch!").hasPrefix("done"))
            #expect(eventually(within: 5) { screen.isGrey(x: under.x, y: under.y) }, "\(step): no box")
            if step == "mouse" { try screen.click(x: 400, y: 320) } else { try screen.press([step]) }
            #expect(eventually(within: 5) { screen.isTeal(x: under.x, y: under.y) }, "\(step) does not close it; \(client.said)")
        }
        #expect(server.keystrokes == 0)
        try screen.press(["a", "Return"])
        #expect(eventually(within: 5) { server.keystrokes == 2 })
    }

    @Test(arguments: ["xfreerdp", "rdesktop"]) func theStartMenuLogsOffAndDisconnects(program: String) throws {
        let server = try StockServer([])
        defer { server.stop() }
        for (y, state) in [(536, SessionState?.some(.disconnected)), (559, nil)] {
            let (client, screen) = try desktop(program, at: server)
            try screen.click(x: 30, y: 587)
            try screen.click(x: 40, y: y)
            #expect(eventually(within: 10) { server.session(of: "anna")?.state == state }, "\(client.said)")
        }
    }

    /// Q186572: the second of two Disconnected sessions is picked by its number.
    @Test(arguments: ["xfreerdp", "rdesktop"]) func whoHasSeveralSessionsPicksOne(program: String) throws {
        let server = try StockServer([])
        defer { server.stop() }
        for _ in 0..<2 { _ = try desktop(program, at: server) }
        let both = server.sessions(of: "anna").map(\.session)
        try #require(both.count == 2)
        for session in both {
            try server.post("disconnect", to: session)
            #expect(eventually(within: 5) { server.sessions(of: "anna").first { $0.session == session }?.state == .disconnected })
        }
        let (client, screen) = try desktop(program, at: server)
        #expect(server.sessions(of: "anna").allSatisfy { $0.state == .disconnected }, "none is given before one is picked")
        try screen.click(x: 700, y: 400)
        try screen.press(["2"])
        #expect(
            eventually(within: 10) { server.sessions(of: "anna").map(\.state) == [.disconnected, .active] }, "\(client.said)\n\(server.log)"
        )
        try screen.press(["a"])
        #expect(eventually(within: 5) { server.sessions(of: "anna").last?.keystrokes == 1 })
    }

    @Test(arguments: [("xfreerdp", "rdesktop"), ("rdesktop", "xfreerdp")])
    func aSessionGoesOnAtAnotherClientOfAnotherSize(first: String, second: String) throws {
        let server = try StockServer([])
        defer { server.stop() }
        let (old, before) = try desktop(first, at: server)
        let session = try #require(server.session(of: "anna")?.session)
        try before.type("hello")
        try #require(eventually(within: 5) { server.keystrokes == 5 })
        let text = try before.ink()
        #expect(text > 20)
        old.end()
        try #require(server.reaches(.disconnected, within: 5))
        let (_, after) = try desktop(second, at: server, size: (720, 540))
        #expect(server.session(of: "anna")?.session == session && server.state == .active)
        #expect(eventually(within: 5) { (try? after.ink()) == text }, "the same text is there")
        // The taskbar is where a desktop of this size has it.
        #expect(after.isGrey(x: 300, y: 530) && !after.isGrey(x: 300, y: 560))
    }

    /// The article's user: his old client is gone, the server does not know, and says why he does not get his session.
    @Test func anOrphanIsNotOfferedAndTheUserIsToldWhy() throws {
        let server = try StockServer([])
        defer { server.stop() }
        let (old, screen) = try desktop("xfreerdp", at: server)
        try screen.type("hello")
        try #require(eventually(within: 5) { server.keystrokes == 5 })
        let orphan = try #require(server.session(of: "anna")?.session)
        old.send(SIGSTOP)
        let (_, second) = try desktop("rdesktop", at: server)
        let fresh = try #require(server.session(of: "anna"))
        #expect(fresh.session != orphan && fresh.keystrokes == 0)
        #expect(!server.log.contains("session \(orphan) Active ->"))
        #expect(eventually(within: 5) { second.isGrey(x: 400, y: 305) }, "the box")
        try second.press(["Return"])
        #expect(eventually(within: 5) { second.isTeal(x: 400, y: 305) })
        #expect(server.keystrokes == 0)
    }

    @Test func theDesktopFollowsTheWindow() throws {
        let server = try StockServer([])
        defer { server.stop() }
        let (client, screen) = try desktop("xfreerdp", ["/dynamic-resolution"], at: server, size: (640, 480))
        #expect(screen.isGrey(x: 600, y: 470))
        sleep(2)
        try screen.window("windowsize", ["760", "560"])
        #expect(eventually(within: 10) { screen.isTeal(x: 600, y: 470) && screen.isGrey(x: 700, y: 550) }, "\(client.said)")
        try screen.type("a")
        #expect(eventually(within: 5) { server.keystrokes == 1 } && server.state == .active)
    }

    @Test func aHiddenWindowCostsNothingAndIsDrawnWhenItIsShown() throws {
        let server = try StockServer([])
        defer { server.stop() }
        let (client, screen) = try desktop("xfreerdp", at: server)
        let session = try #require(server.session(of: "anna")?.session)
        sleep(1)
        try screen.window("windowunmap")
        sleep(1)
        let before = try server.sentBytes()
        try server.post("message", to: session, body: "Lunch!")
        sleep(1)
        #expect(try server.sentBytes() == before)
        try screen.window("windowmap")
        #expect(eventually(within: 5) { screen.isGrey(x: 400, y: 305) }, "\(client.said)")
    }

    @Test(arguments: [
        ("reset", "ERRINFO_RPC_INITIATED_LOGOFF"), ("logoff", "ERRINFO_RPC_INITIATED_LOGOFF"),
        ("disconnect", "ERRINFO_RPC_INITIATED_DISCONNECT"),
    ])
    func anAdministratorsEndSaysWhy(action: String, reason: String) throws {
        let server = try StockServer([])
        defer { server.stop() }
        let (client, _) = try desktop("xfreerdp", at: server)
        try server.post(action, to: try #require(server.session(of: "anna")?.session))
        #expect(eventually(within: 5) { !client.process.isRunning })
        #expect(client.said.contains(reason), "\(client.said)")
    }

    @Test(arguments: ["--max-sessions", "--max-sessions-per-user"]) func aLimitSaysWhy(option: String) throws {
        let server = try StockServer([option, "1"])
        defer { server.stop() }
        let (first, screen) = try desktop("xfreerdp", at: server)
        let second = try StockClient(name: "second", program: "xfreerdp").start(on: screen, at: server)
        #expect(eventually(within: Self.timeout) { !second.process.isRunning })
        #expect(second.said.contains("ERRINFO_SERVER_DENIED_CONNECTION"), "\(second.said)")
        #expect(first.process.isRunning && server.state == .active)
    }
}
