import Sessions
import Testing

@Suite struct LimitTests {
    @Test func theLimitInAllCountsEverySessionWithAUser() throws {
        var table = SessionTable.fresh(SessionLimits(sessions: 2))
        let anna = try table.enter("anna").session
        try table.enter("bert")
        #expect(throws: Refusal.sessionLimit(2)) { try table.enter("cleo") }
        try table.disconnect(anna, because: .clientDisconnected, at: at(1))
        // This limit is ours. Not even for whoever has a session there already.
        #expect(throws: Refusal.sessionLimit(2)) { try table.enter("anna") }
        let arriving = table.arrive()
        let outcome = try table.logon(arriving, user: "Anna", clientName: "", isAwaited: true, at: at(2))
        #expect(outcome.session == anna && outcome.resumed && table.withUser == 2)
        #expect(throws: Refusal.sessionLimit(2)) {
            try table.logon(table.arrive(), user: "bert", clientName: "", isAwaited: true, at: at(2))
        }
    }

    /// Clients that say nothing take no user's place, however many there are.
    @Test(arguments: [SessionLimits(sessions: 1), SessionLimits(clients: 1)])
    func whoHasNotLoggedOnTakesNobodysPlace(limits: SessionLimits) throws {
        var table = SessionTable.fresh(limits)
        for _ in 0..<500 { _ = table.arrive() }
        #expect(table.inUse == 500 && table.withUser == 0 && table.fullness == nil)
        #expect(try !table.enter("anna").resumed)
        #expect(table.fullness?.isFull == true)
    }

    /// Maximum Connection Count: Disconnected sessions do not count, and at the limit their users are refused (Q187443).
    @Test func theLimitOfClientsCountsNoDisconnectedSession() throws {
        var table = SessionTable.fresh(SessionLimits(clients: 2))
        let anna = try table.enter("anna").session
        let bert = try table.enter("bert").session
        #expect(throws: Refusal.clientLimit(2)) { try table.enter("cleo") }
        try table.disconnect(anna, because: .clientDisconnected, at: at(1))
        try table.enter("cleo")
        #expect(table.withUser == 3 && table.count(.active) == 2)
        // Being waited for helps nobody: his client would be one more.
        #expect(throws: Refusal.clientLimit(2)) {
            try table.logon(table.arrive(), user: "anna", clientName: "", isAwaited: true, at: at(2))
        }
        table.connectionBroke(bert, because: .peerClosed, at: at(3))
        #expect(try table.enter("anna").session == anna)
        #expect(table.withUser == 3 && table.count(.active) == 2)
    }

    @Test func theLimitOfAUserIsHisAlone() throws {
        var table = SessionTable.fresh(SessionLimits(perUser: 2))
        try table.enter("anna")
        let second = try table.enter("Anna").session
        let third = table.arrive()
        #expect(throws: Refusal.userLimit(user: "anna", 2)) {
            try table.logon(third, user: "anna", clientName: "", at: at(1))
        }
        #expect(table[third]?.state == .connected, "it stays until it is told to end")
        try table.enter("bert")
        try table.disconnect(second, because: .clientDisconnected, at: at(2))
        #expect(try table.logon(third, user: "anna", clientName: "", at: at(3)).session == second, "resuming adds none")
        try table.terminate(second, because: .logoff, at: at(4))
        #expect(try !table.enter("anna").resumed)
    }

    @Test func noLimitIsNoLimit() throws {
        var table = SessionTable.fresh()
        for _ in 0..<2_000 { try table.enter("anna") }
        #expect(table.inUse == 2_000 && table.count(.active) == 2_000)
    }
}
