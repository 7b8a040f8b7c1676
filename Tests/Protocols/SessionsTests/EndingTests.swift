import Sessions
import Testing

@Suite struct EndingTests {
    @Test(arguments: [ChangeReason.peerReset, .timedOut, .heartbeatMissed, .unreachable])
    func aBrokenConnectionDisconnectsAUsersSession(reason: ChangeReason) throws {
        var table = SessionTable.fresh()
        let id = try table.enter("anna").session
        _ = table.takeEvents()
        table.connectionBroke(id, because: reason, at: at(5))
        #expect(table[id]?.state == .disconnected)
        let event = try #require(table.takeEvents().first)
        #expect(event.t == at(5) && event.from == .active && event.to == .disconnected && event.reason == reason)
        #expect(event.station == "rdp-tcp#1" && event.address == "192.0.2.1:1024" && event.user == "anna")
    }

    @Test func aBrokenConnectionResetsTheSessionWhereTheListenerSaysSo() throws {
        var table = SessionTable.fresh(brokenConnection: .reset)
        let id = try table.enter("anna").session
        table.connectionBroke(id, because: .timedOut, at: at(5))
        #expect(table[id] == nil && table.sessions(of: "anna").isEmpty)
        #expect(table.takeEvents().last?.to == .down)
        #expect(try !table.enter("anna").resumed)
    }

    @Test func aClientThatSaysGoodbyeIsNotBroken() throws {
        var table = SessionTable.fresh(brokenConnection: .reset)
        let id = try table.enter("anna").session
        try table.disconnect(id, because: .clientDisconnected, at: at(5))
        #expect(table[id]?.state == .disconnected)
    }

    @Test func aConnectionThatBreaksBeforeTheLogonLeavesNothing() throws {
        var table = SessionTable.fresh()
        let id = table.arrive()
        table.connectionBroke(id, because: .handshakeDeadline, at: at(5))
        #expect(table[id] == nil && table.inUse == 0)
    }

    @Test func aConnectionBreaksOnce() throws {
        var table = SessionTable.fresh(brokenConnection: .reset)
        let id = try table.enter("anna").session
        try table.disconnect(id, because: .administratorDisconnected, at: at(1))
        table.connectionBroke(id, because: .peerClosed, at: at(2))
        #expect(table[id]?.state == .disconnected, "the session had no connection any more")
    }

    @Test func whatIsNotThereCannotBeEnded() throws {
        var table = SessionTable.fresh()
        let id = SessionID(rawValue: 77)
        #expect(throws: Refusal.noSuchSession(id)) { try table.disconnect(id, because: .logoff, at: at(1)) }
        #expect(throws: Refusal.noSuchSession(id)) { try table.terminate(id, because: .logoff, at: at(1)) }
        let gone = try table.enter("anna").session
        try table.terminate(gone, because: .logoff, at: at(1))
        #expect(throws: Refusal.noSuchSession(gone)) { try table.terminate(gone, because: .logoff, at: at(1)) }
    }

    @Test func aDisconnectedSessionCannotBeDisconnectedButCanBeEnded() throws {
        var table = SessionTable.fresh()
        let id = try table.enter("anna").session
        try table.disconnect(id, because: .clientDisconnected, at: at(1))
        #expect(throws: Refusal.notPossible(id, .disconnected)) {
            try table.disconnect(id, because: .administratorDisconnected, at: at(2))
        }
        try table.terminate(id, because: .administratorReset, at: at(3))
        #expect(table[id] == nil && table.inUse == 0)
    }
}
