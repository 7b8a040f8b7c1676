import Contracts
import Sessions
import Testing
import Time

@testable import TerminalServer

/// What the admin face says of a session's times, on virtual time.
@Suite struct SessionRecordTests {
    private static let start = MonotonicTime(nanoseconds: 1_000_000_000_000)

    @Test func idleSecondsCountFromTheLastInputAndLogonSecondsFromTheLogon() throws {
        var table = SessionTable(listeners: ["rdp-tcp"], at: Self.start)
        let id = table.connect(listener: "rdp-tcp", address: "198.18.0.7:1025", at: Self.start + .seconds(3))
        func record(at seconds: Int) throws -> SessionRecord {
            SessionRecord(try #require(table[id]), connection: nil, at: Self.start + .seconds(seconds))
        }
        #expect(try record(at: 5).logonSeconds == nil && record(at: 5).windows.isEmpty)
        _ = try table.logon(id, user: "anna", clientName: "WS00007", at: Self.start + .seconds(10))
        table.handleInput(of: id, at: Self.start + .seconds(40)) { $0.type("x") }
        #expect(try record(at: 100).idleSeconds == 60 && record(at: 100).logonSeconds == 90)
        try table.disconnect(id, because: .clientDisconnected, at: Self.start + .seconds(110))
        #expect(try record(at: 200).idleSeconds == 160 && record(at: 200).logonSeconds == 190 && record(at: 200).keystrokes == 1)
        // Coming back is no logon.
        let again = table.connect(listener: "rdp-tcp", address: "198.18.0.8:1025", at: Self.start + .seconds(210))
        _ = try table.logon(again, user: "anna", clientName: "WS00008", at: Self.start + .seconds(210))
        #expect(try record(at: 300).logonSeconds == 290 && record(at: 300).client == "WS00008")
    }
}
