import Sessions
import Testing
import Time

@testable import TerminalServer

@Suite struct SessionBoardTests {
    private static let start = MonotonicTime(nanoseconds: 1_000_000_000_000)

    private func table(users: Int) throws -> (SessionTable, [SessionID]) {
        var table = SessionTable(listeners: ["rdp-tcp"], at: Self.start)
        let ids = try (0..<users).map { number in
            let id = table.connect(listener: "rdp-tcp", address: "198.18.0.1:\(number)", at: Self.start)
            return try table.logon(id, user: "user\(number)", clientName: "WS", at: Self.start).session
        }
        return (table, ids)
    }

    private func list(_ table: SessionTable, _ own: SessionID, room: Int, first: Int = 0) throws -> SessionList {
        var board = SessionBoard()
        _ = board.update(table, at: Self.start)
        return board.list(for: try #require(table[own]), room: room, first: first, in: table)
    }

    @Test(arguments: [3, 4, 12, 20], [1, 2, 3, 11, 12, 13, 19, 20, 21, 50])
    func everybodyIsListedOrSummedUp(room: Int, users: Int) throws {
        let (table, ids) = try table(users: users)
        for own in ids {
            let list = try list(table, own, room: room)
            #expect(list.lines.count <= room + 1 && list.lines[0] == SessionBoard.heading)
            let marked = list.lines.filter { $0.hasPrefix(">") }
            #expect(marked.count == 1 && marked[0].split(separator: " ")[2] == "\(own)")
            #expect(list.total == users && list.shown == min(users, users > room ? room - 2 : room))
            #expect(list.shared.count - 1 - list.shown == (users > room ? 1 : 0))
            if users > room { #expect(list.shared.last == " 1 to \(list.shown) of \(users)") }
            #expect(list.lines.allSatisfy { $0.utf8.count <= SessionBoard.columns })
            // What is not the session's own is what everybody has.
            for (number, line) in list.lines.enumerated() where !list.own.contains(number) { #expect(list.shared[number] == line) }
        }
        #expect(Set(try ids.map { try self.list(table, $0, room: room).shared }).count == 1)
    }

    /// Row by row and page by page everybody comes by, who is Active first.
    @Test(arguments: [1, 8]) func everybodyIsScrolledTo(step: Int) throws {
        var (table, ids) = try table(users: 50)
        for id in ids.prefix(20) { try table.disconnect(id, because: .clientDisconnected, at: Self.start) }
        var seen: [String] = []
        for first in stride(from: 0, to: 50, by: step) {
            let list = try list(table, ids[0], room: 10, first: first)
            let number = min(first, 42)
            #expect(list.first == number && list.shown == 8 && list.lines[9] == " \(number + 1) to \(number + 8) of 50")
            #expect(list.lines.count { $0.hasPrefix(">") } == 1)
            for line in list.lines[1...8] where !seen.contains(line) { seen.append(line) }
        }
        let order = seen.compactMap { $0.split(separator: " ").last }
        // The user's own line is marked in its place.
        #expect(seen.count == 50 && order == Array(repeating: "active", count: 30) + Array(repeating: "disc", count: 20))
    }

    /// Whoever has scrolled is not shown others' rows in the place of one that is gone.
    @Test func aSessionThatHasEndedSinceIsSaidToBeDown() throws {
        var (table, ids) = try table(users: 50)
        var board = SessionBoard()
        _ = board.update(table, at: Self.start)
        _ = board.list(for: try #require(table[ids[0]]), room: 10, first: 30, in: table)
        try table.terminate(ids[31], because: .logoff, at: Self.start)
        let list = board.list(for: try #require(table[ids[0]]), room: 10, first: 30, in: table)
        #expect(list.lines[2].split(separator: " ") == ["\(ids[31])", "down"] && list.lines[3].contains("user32"))
    }

    @Test func whoAsksForItAnewGetsItAtOnceAndNotAnyNumberOfTimes() throws {
        var (table, ids) = try table(users: 3)
        var board = SessionBoard()
        _ = board.update(table, at: Self.start)
        for (milliseconds, isTaken) in [(50, false), (100, true), (150, false), (200, true)] {
            try table.terminate(ids[0], because: .logoff, at: Self.start)
            let again = table.connect(listener: "rdp-tcp", address: "a", at: Self.start)
            ids[0] = try table.logon(again, user: "again", clientName: "WS", at: Self.start).session
            let update = board.update(table, onDemand: true, at: Self.start + .milliseconds(milliseconds))
            #expect(update == isTaken, "after \(milliseconds) ms")
        }
    }

    @Test func statesAreTheToolsOwn() throws {
        var (table, ids) = try table(users: 2)
        try table.disconnect(ids[0], because: .clientDisconnected, at: Self.start)
        #expect(
            try list(table, ids[1], room: 10).lines == [
                SessionBoard.heading,
                ">rdp-tcp#2      user1                 \(ids[1])  active", "                user0                 \(ids[0])  disc",
            ])
    }

    /// However many desktops are drawn, the sessions are looked at once a second, and a storm's logons do not wait for it.
    @Test func itIsTakenDownOnceASecond() throws {
        var (table, ids) = try table(users: 1)
        var board = SessionBoard()
        let first = board.update(table, at: Self.start)
        #expect(first && board.generation == 1)
        let young = table.connect(listener: "rdp-tcp", address: "a", at: Self.start)
        _ = try table.logon(young, user: "young", clientName: "WS", at: Self.start)
        let soon = board.update(table, at: Self.start + .milliseconds(999))
        #expect(!soon)
        let own = board.list(for: try #require(table[young]), room: 10, in: table)
        #expect(own.lines.count == 3 && own.lines[2].hasPrefix(">rdp-tcp#2"), "who is not in it yet sees himself all the same")
        let later = board.update(table, at: Self.start + .seconds(1))
        #expect(later && board.generation == 2)
        let unchanged = board.update(table, at: Self.start + .seconds(2))
        #expect(!unchanged && board.generation == 2)
        #expect(ids.count == 1)
    }
}
