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

    @Test func aFreshSessionIsEmpty() {
        var typed = typed()
        #expect(typed.entered(report("ab ", resumed: false)) != nil)
        typed.loggedOff(3)
        #expect(typed.entered(report("")) == nil)
        #expect(typed.entered(SessionReport(session: 4, resumed: true, keystrokes: 2, text: "x")) != nil)
    }
}
