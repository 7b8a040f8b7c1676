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
        let desktop = Desktop(width: 640, height: 480, colorDepth: .sixteen)
        let first = damage.first(on: desktop)
        #expect(first?.area == large && first?.painted == 0)
        damage.removeFirst()
        #expect(damage.first(on: desktop) == nil && damage.isEmpty)
    }

    @Test func whatChangesWhereHalfAnAreaHasGoneOutIsDrawnAgain() {
        let desktop = Desktop(width: 640, height: 480, colorDepth: .sixteen)
        var damage = Damage()
        damage.add(desktop.screen)
        damage.note(painted: 7)
        let key = Area(left: 8, top: 8, right: 16, bottom: 16)
        damage.add(key)
        #expect(damage.areas == [desktop.screen, key])
        #expect(damage.first(on: desktop)?.painted == 7)
        // All of it has changed: what went out is of no use any more.
        damage.add(desktop.screen)
        #expect(damage.areas == [desktop.screen] && damage.first(on: desktop)?.painted == 0)
    }

    @Test func whatLiesBesideTheDesktopIsNotDrawn() {
        var damage = Damage()
        damage.add(Area(left: 640, top: 0, right: 700, bottom: 10))
        damage.add(Area(left: 637, top: 0, right: 700, bottom: 10))
        let first = damage.first(on: Desktop(width: 640, height: 480, colorDepth: .sixteen))
        #expect(first?.area == Area(left: 636, top: 0, right: 640, bottom: 10))
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
