import Testing

@testable import Sessions

@Suite struct LogonTests {
    @Test func theFirstLogonMakesTheArrivingSessionTheUsers() throws {
        var table = SessionTable.fresh()
        let arriving = table.arrive()
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
        let arriving = table.arrive(at: at(2))
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

    /// Q186592: of several Disconnected sessions the user picks one.
    @Test func theSessionPickedIsGivenIfItIsThereToGive() throws {
        var table = SessionTable.fresh()
        let sessions = try (0..<4).map { _ in try table.enter("anna").session }
        let berts = try table.enter("bert").session
        for id in sessions.dropLast() + [berts] { try table.disconnect(id, because: .clientDisconnected, at: at(1)) }
        func pick(_ id: SessionID) throws -> SessionID {
            try table.logon(table.arrive(), user: "Anna", clientName: "", choice: id, at: at(2)).session
        }
        #expect(try pick(sessions[2]) == sessions[2])
        // Taken, Active all along, another's, and none: the one disconnected longest instead, which goes to the end again.
        for (choice, longest) in zip([sessions[2], sessions[3], berts, SessionID(rawValue: 99)], [0, 1, 0, 1]) {
            #expect(try pick(choice) == sessions[longest])
            try table.disconnect(sessions[longest], because: .clientDisconnected, at: at(3))
        }
        #expect(table[berts]?.state == .disconnected)
    }

    /// What one more logon looks at does not grow with what its user has.
    @Test func aUserOfThousandsIsNamedAFewOfThem() throws {
        var table = SessionTable.fresh()
        for _ in 0..<3000 { try table.enter("anna") }
        #expect(try table.enter("anna").held.count == LogonOutcome.mostHeld)
        #expect(table.activeSessions(of: "ANNA", most: 5).map(\.id) == table.sessions(of: "anna").prefix(5).map(\.id))
        #expect(table.disconnectedSessions(of: "anna").isEmpty && table.sessions(of: "anna").count == 3001)
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
