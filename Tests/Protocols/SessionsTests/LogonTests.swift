import Testing

@testable import Sessions

@Suite struct LogonTests {
    @Test func theFirstLogonMakesTheArrivingSessionTheUsers() throws {
        var table = SessionTable.fresh()
        let arriving = try table.arrive()
        #expect(table[arriving]?.state == .connected && table[arriving]?.user == nil)
        let outcome = try table.logon(arriving, user: "Anna", clientName: "WS00007", at: at(2))
        #expect(outcome == LogonOutcome(session: arriving, resumed: false, held: []))
        let session = try #require(table[arriving])
        #expect(session.state == .active && session.user == "Anna" && session.logonTime == at(2))
        #expect(session.client == ClientIdentity(name: "WS00007", address: "192.0.2.1:1024"))
        #expect(session.station == "rdp-tcp#1")
    }

    @Test func aDisconnectedSessionIsResumedAndTheArrivingOneIsDeleted() throws {
        var table = SessionTable.fresh()
        let first = try table.enter("anna").session
        try table.disconnect(first, because: .clientDisconnected, at: at(1))
        #expect(table[first]?.station == nil)
        let arriving = try table.arrive(at: at(2))
        let outcome = try table.logon(arriving, user: "ANNA", clientName: "WS00009", at: at(2))
        #expect(outcome == LogonOutcome(session: first, resumed: true, held: []))
        #expect(table[arriving] == nil)
        #expect(table[first]?.state == .active && table[first]?.station == "rdp-tcp#2")
        #expect(table[first]?.client?.name == "WS00009" && table[first]?.user == "anna")
        #expect(table.inUse == 1)
    }

    @Test func anActiveSessionIsNeverGivenAway() throws {
        var table = SessionTable.fresh()
        let first = try table.enter("anna").session
        let outcome = try table.enter("anna")
        #expect(outcome.session != first && !outcome.resumed && outcome.held == [first])
        #expect(table.sessions(of: "anna").map(\.state) == [.active, .active])
    }

    @Test func anotherUsersDisconnectedSessionIsNotGivenAway() throws {
        var table = SessionTable.fresh()
        let first = try table.enter("anna").session
        try table.disconnect(first, because: .clientDisconnected, at: at(1))
        let outcome = try table.enter("bert")
        #expect(outcome.session != first && !outcome.resumed)
        #expect(table[first]?.state == .disconnected)
    }

    @Test(arguments: [[0, 1, 2], [2, 0, 1], [1, 2, 0]])
    func theSessionDisconnectedLongestIsGivenFirst(order: [Int]) throws {
        var table = SessionTable.fresh()
        let sessions = try (0..<3).map { _ in try table.enter("anna").session }
        for (second, index) in order.enumerated() {
            try table.disconnect(sessions[index], because: .clientDisconnected, at: at(Double(second + 1)))
        }
        let given = try order.map { _ in try table.enter("anna", at: at(9)).session }
        #expect(given == order.map { sessions[$0] })
    }

    @Test func aSecondLogonOnTheSameConnectionIsRefused() throws {
        var table = SessionTable.fresh()
        let session = try table.enter("anna").session
        #expect(throws: Refusal.notPossible(session, .active)) {
            try table.logon(session, user: "bert", clientName: "", at: at(1))
        }
        #expect(table[session]?.user == "anna")
    }

    @Test func nobodyLogsOnAtTheConsoleOrAnIdleSession() throws {
        var table = SessionTable.fresh()
        for id in [SessionID.console, SessionID(rawValue: 1), SessionID(rawValue: 99)] {
            #expect(throws: Refusal.noSuchSession(id)) { try table.logon(id, user: "anna", clientName: "", at: at(1)) }
        }
    }
}
