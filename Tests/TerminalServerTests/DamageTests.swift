import Faults
import Testing

@testable import TerminalServer

@Suite struct DamageTests {
    @Test func whatLiesInAnotherAreaIsDrawnOnce() {
        var damage = Damage()
        let small = Area(left: 10, top: 10, right: 20, bottom: 20)
        let large = Area(left: 0, top: 0, right: 100, bottom: 100)
        for area in [small, .empty, large, small] { damage.add(area) }
        #expect(damage.areas == [large])
        #expect(damage.popFirst() == large)
        #expect(damage.popFirst() == nil && damage.isEmpty)
    }

    @Test func tooManyAreasBecomeOneThatHoldsThem() {
        var damage = Damage()
        for number in 0..<9 { damage.add(Area(left: number * 10, top: 0, right: number * 10 + 5, bottom: 5)) }
        #expect(damage.areas == [Area(left: 0, top: 0, right: 85, bottom: 5)])
    }

    /// Text of every length at every width comes out whole, in lines that fit.
    @Test(arguments: 1..<30) func wrappedTextIsWhole(columns: Int) {
        let text = "You have session 2 (rdp-tcp#1) on this server, and it is Active."
        let lines = TextWrap.words(text, columns)
        #expect(lines.allSatisfy { 1...columns ~= $0.count })
        #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
        #expect(TextWrap.characters(text, columns).joined() == text)
    }
}
