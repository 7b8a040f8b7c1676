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

    private func list(_ table: SessionTable, _ own: SessionID, room: Int) throws -> SessionList {
        var board = SessionBoard()
        _ = board.update(table, at: Self.start)
        return board.list(for: try #require(table[own]), room: room)
    }

    @Test(arguments: [3, 4, 12, 20], [1, 2, 3, 11, 12, 13, 19, 20, 21, 50])
    func everybodyIsListedOrSummedUp(room: Int, users: Int) throws {
        let (table, ids) = try table(users: users)
        for own in ids {
            let list = try list(table, own, room: room)
            #expect(list.lines.count <= room + 1 && list.lines[0] == SessionBoard.heading)
            let marked = list.lines.filter { $0.hasPrefix(">") }
            #expect(marked.count == 1 && marked[0].split(separator: " ")[2] == "\(own)")
            let summary = list.shared.last.flatMap { $0.hasPrefix(" and ") ? Int($0.split(separator: " ")[1]) : nil }
            #expect(list.shared.count - 1 - (summary == nil ? 0 : 1) + (summary ?? 0) == users)
            #expect(list.lines.allSatisfy { $0.utf8.count <= SessionBoard.columns })
            // What is not the session's own is what everybody has.
            for (number, line) in list.lines.enumerated() where !list.own.contains(number) { #expect(list.shared[number] == line) }
        }
        #expect(Set(try ids.map { try self.list(table, $0, room: room).shared }).count == 1)
    }

    @Test func statesAreTheToolsOwn() throws {
        var (table, ids) = try table(users: 2)
        try table.disconnect(ids[0], because: .clientDisconnected, at: Self.start)
        #expect(
            try list(table, ids[1], room: 10).lines == [
                SessionBoard.heading,
                "                user0                 \(ids[0])  disc", ">rdp-tcp#2      user1                 \(ids[1])  active",
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
        let own = board.list(for: try #require(table[young]), room: 10)
        #expect(own.lines.count == 3 && own.lines[2].hasPrefix(">rdp-tcp#2"), "who is not in it yet sees himself all the same")
        let later = board.update(table, at: Self.start + .seconds(1))
        #expect(later && board.generation == 2)
        let unchanged = board.update(table, at: Self.start + .seconds(2))
        #expect(!unchanged && board.generation == 2)
        #expect(ids.count == 1)
    }
}
