import Sessions
import Testing

@Suite struct ApplicationStateTests {
    @Test func itSurvivesDisconnectionByteForByte() throws {
        var table = SessionTable.fresh()
        let text = "Grüße, 文字, 👩‍👩‍👧, e\u{301}\r\tend"
        let id = try table.enter("anna").session
        table.type(text, in: id)
        table.handleInput(of: id, at: at(1)) { $0.windows.append("Paint") }
        let left = try #require(table[id]?.application)
        #expect(Array(left.text.utf8) == Array(text.utf8))
        table.connectionBroke(id, because: .timedOut, at: at(2))
        for user in ["bert", "cleo"] { table.type("other", in: try table.enter(user).session) }
        #expect(try table.enter("anna").session == id)
        let found = try #require(table[id]?.application)
        #expect(Array(found.text.utf8) == Array(left.text.utf8))
        #expect(found.keystrokes == UInt32(text.count) && found.windows == ["Notepad", "Paint"])
    }

    @Test func aSessionThatEndedLeavesNothingToTheNextWithItsNumber() throws {
        var table = SessionTable.fresh()
        let id = try table.enter("anna").session
        table.type("secret", in: id)
        try table.terminate(id, because: .logoff, at: at(1))
        for _ in 0..<5 {
            let next = try table.enter("bert").session
            #expect(table[next]?.application == ApplicationState())
        }
    }

    @Test func aBackspaceTakesTheLastCharacterAndCountsAsAKey() {
        var state = ApplicationState()
        for key in "\u{8}ab\u{8}c\u{8}\u{8}\u{8}" { state.type(key) }
        #expect(state.text == "" && state.keystrokes == 8)
    }

    @Test func theTextIsBoundedAndKeepsItsEnd() {
        var state = ApplicationState()
        for number in 0..<20_000 { state.type(Character(String(number % 10))) }
        #expect(state.text.utf8.count <= ApplicationState.longestText && state.text.hasSuffix("56789"))
        #expect(state.keystrokes == 20_000)
        // Characters of many bytes are bounded by their bytes.
        for _ in 0..<5_000 { state.type("👩‍👩‍👧") }
        #expect(state.text.utf8.count <= ApplicationState.longestText)
    }

    /// One character that never ends: every scalar joins the one before.
    @Test func aCharacterThatGrowsWithoutEndIsBoundedToo() {
        var state = ApplicationState()
        for _ in 0..<10_000 { state.type("\u{301}") }
        #expect(state.text.utf8.count <= ApplicationState.longestText)
    }

    @Test func inputWakesTheIdleClock() throws {
        var table = SessionTable.fresh()
        let id = try table.enter("anna", at: at(1)).session
        table.handleInput(of: id, at: at(40)) { $0.type("x") }
        #expect(table[id]?.lastInput == at(40))
        #expect(table.handleInput(of: SessionID(rawValue: 500), at: at(41)) { $0.type("x") } == nil)
    }
}
