import Sessions
import Testing

@Suite struct ConsoleAndListenerTests {
    @Test func aFreshServerHasAConsoleTwoIdleSessionsAndItsListeners() {
        let table = SessionTable(listeners: ["rdp-tcp", "rdp-spx"], at: .zero)
        #expect(table.all.map(\.state) == [.connected, .idle, .idle, .listen, .listen])
        #expect(table.all.map(\.station) == ["console", nil, nil, "rdp-tcp", "rdp-spx"])
        #expect(table.all.map(\.id.rawValue) == [0, 1, 2, 65_536, 65_537])
        #expect(table.inUse == 0)
    }

    @Test func anIdleSessionIsMadeForEachOneTaken() throws {
        var table = SessionTable.fresh()
        for taken in 1...50 {
            _ = table.arrive()
            #expect(table.count(.idle) == 2 && table.inUse == taken)
        }
    }

    /// The console, an idle session and a listener have nothing that could be ended.
    @Test(arguments: [(UInt32(0), SessionState.connected), (1, .idle), (65_536, .listen)])
    func whatHasNoClientCannotBeEnded(number: UInt32, state: SessionState) {
        var table = SessionTable.fresh()
        let id = SessionID(rawValue: number)
        let refusal = Refusal.notPossible(id, state)
        #expect(throws: refusal) { try table.disconnect(id, because: .administratorDisconnected, at: at(1)) }
        #expect(throws: refusal) { try table.terminate(id, because: .administratorReset, at: at(1)) }
        table.connectionBroke(id, because: .peerReset, at: at(1))
        #expect(table.all.first { $0.id == id }?.state == state)
        #expect(table.takeEvents().isEmpty)
    }

    @Test func stationNamesAreNeverUsedTwice() throws {
        var table = SessionTable.fresh()
        var names: Set<String> = []
        for _ in 0..<100 {
            let id = table.arrive()
            names.insert(try #require(table[id]?.station))
            table.connectionBroke(id, because: .peerClosed, at: at(1))
        }
        #expect(names.count == 100 && names.allSatisfy { $0.hasPrefix("rdp-tcp#") })
    }

    @Test func sessionNumbersAreUsedAgain() throws {
        var table = SessionTable.fresh()
        for _ in 0..<10_000 { try table.terminate(try table.enter("anna").session, because: .logoff, at: at(1)) }
        #expect(table.arrive().rawValue < 10)
    }
}
