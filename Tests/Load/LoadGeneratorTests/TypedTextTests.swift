import RDP
import Testing
import Time

@testable import LoadGenerator

@Suite struct TypedTextTests {
    private func report(_ text: String, resumed: Bool = true) -> SessionReport {
        SessionReport(session: 3, resumed: resumed, keystrokes: UInt32(text.count), text: text)
    }

    /// A session in which `ab ` was typed at 1 s, `cd ` at 9 s, and whose client was lost at 10 s.
    private func typed(politely: Bool = false) -> TypedText {
        var typed = TypedText()
        _ = typed.entered(report("", resumed: false))
        typed.typed("ab ", in: 3, at: .zero + .seconds(1))
        typed.typed("cd ", in: 3, at: .zero + .seconds(9))
        typed.left(3, politely: politely, at: .zero + .seconds(10))
        return typed
    }

    @Test(arguments: ["ab ", "ab c", "ab cd "])
    func whatWasOnItsWayMayBeLost(text: String) {
        var typed = typed()
        #expect(typed.entered(report(text)) == nil)
    }

    @Test(arguments: ["", "a", "ab x", "ab cd e", "xab cd "])
    func whatWasThereMayNot(text: String) {
        var typed = typed()
        #expect(typed.entered(report(text)) != nil)
    }

    @Test func aGoodbyeComesAfterEveryKey() {
        var typed = typed(politely: true)
        #expect(typed.entered(report("ab c")) != nil)
    }

    @Test func whatWasFoundIsWhatComesNextTime() {
        var typed = typed()
        _ = typed.entered(report("ab c"))
        typed.left(3, politely: true, at: .zero + .seconds(20))
        var other = typed
        #expect(typed.entered(report("ab c")) == nil)
        #expect(other.entered(report("ab cd ")) != nil)
    }

    /// Whatever it was that is in it, whoever had the number before.
    @Test func aFreshSessionIsEmpty() {
        var typed = typed()
        #expect(typed.entered(report("ab ", resumed: false)) == "a fresh session holds 'ab '")
        var other = TypedText()
        #expect(other.entered(report("", resumed: false)) == nil)
        #expect(other.entered(report("", resumed: true)) == nil)
    }

    @Test func nothingIsLeftOfASessionThatWasLoggedOff() {
        var typed = typed()
        typed.loggedOff(3)
        #expect(typed.entered(report("")) == nil)
        var other = self.typed()
        other.loggedOff(3)
        #expect(other.entered(report("ab ")) == "holds 'ab ', not ''")
    }

    /// Of a session that this user never had, what is in it is somebody else's.
    @Test func aSessionThatIsNotHisHoldsNothingOfHis() {
        var typed = typed()
        #expect(typed.entered(SessionReport(session: 4, resumed: true, keystrokes: 1, text: "x")) == "holds 'x', not ''")
    }

    @Test func asManyKeystrokesAsCharacters() {
        var typed = typed()
        #expect(typed.entered(SessionReport(session: 3, resumed: true, keystrokes: 4, text: "ab ")) == "4 keystrokes made 'ab '")
    }

    /// What was typed 3 s before the end must be there, and what was typed later need not.
    @Test(arguments: [(6_999, false), (7_000, false), (7_001, true)])
    func theLastSecondsMayBeLost(milliseconds: Int, mayBeLost: Bool) {
        var typed = TypedText()
        _ = typed.entered(report("", resumed: false))
        typed.typed("x", in: 3, at: .zero + .milliseconds(milliseconds))
        typed.left(3, politely: false, at: .zero + .seconds(10))
        #expect((typed.entered(report("")) == nil) == mayBeLost)
    }

    @Test func noMoreIsTypedThanASessionKeeps() {
        var typed = TypedText()
        #expect(typed.canType(String(repeating: "x", count: 3_500), in: 3))
        #expect(!typed.canType(String(repeating: "x", count: 3_501), in: 3))
        _ = typed.entered(report(String(repeating: "x", count: 1_000)))
        typed.typed(String(repeating: "y", count: 2_000), in: 3, at: .zero)
        #expect(typed.canType(String(repeating: "z", count: 500), in: 3) && !typed.canType(String(repeating: "z", count: 501), in: 3))
        #expect(typed.canType(String(repeating: "z", count: 3_500), in: 4))
    }

    /// What a session holds came over the wire.
    @Test func complaintsAreFitForATerminal() {
        var typed = typed()
        let wrong = typed.entered(report("ab \r\u{1B}[2J"))
        #expect(wrong == "holds 'ab \\u{D}\\u{1B}[2J', not 'ab cd '")
    }
}
