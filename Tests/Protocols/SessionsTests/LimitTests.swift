import Sessions
import Testing

@Suite struct LimitTests {
    @Test func theLimitInAllCountsEverySessionWithAClientOrAUser() throws {
        var table = SessionTable.fresh(SessionLimits(sessions: 3))
        let anna = try table.enter("anna").session
        let waiting = try table.arrive()
        try table.enter("bert")
        #expect(throws: Refusal.sessionLimit(3)) { try table.arrive() }
        try table.disconnect(anna, because: .clientDisconnected, at: at(1))
        // The limit is checked when a client connects, and nobody has logged on by then. This limit is ours: it counts
        // Disconnected sessions, which Terminal Server's Maximum Connection Count does not.
        #expect(throws: Refusal.sessionLimit(3)) { try table.arrive() }
        table.connectionBroke(waiting, because: .peerClosed, at: at(2))
        #expect(try table.enter("anna").session == anna)
        #expect(table.inUse == 2)
    }

    /// Maximum Connection Count: Disconnected sessions do not count, and at the limit their users are refused (Q187443).
    @Test func theLimitOfClientsCountsNoDisconnectedSession() throws {
        var table = SessionTable.fresh(SessionLimits(clients: 2))
        let anna = try table.enter("anna").session
        let waiting = try table.arrive()
        #expect(throws: Refusal.clientLimit(2)) { try table.arrive() }
        try table.disconnect(anna, because: .clientDisconnected, at: at(1))
        #expect(table.withClient == 1 && table.inUse == 2)
        try table.enter("bert")
        #expect(table.withClient == 2 && table.inUse == 3)
        // A user who is known to have a Disconnected session is refused too: his client would be one more.
        #expect(throws: Refusal.clientLimit(2)) {
            try table.connect(listener: "rdp-tcp", address: "192.0.2.1:1024", resuming: "anna", at: at(2))
        }
        table.connectionBroke(waiting, because: .peerClosed, at: at(3))
        #expect(try table.enter("anna").session == anna)
        #expect(table.withClient == 2 && table.inUse == 2)
    }

    @Test func theLimitOfAUserIsHisAlone() throws {
        var table = SessionTable.fresh(SessionLimits(perUser: 2))
        try table.enter("anna")
        let second = try table.enter("Anna").session
        let third = try table.arrive()
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
