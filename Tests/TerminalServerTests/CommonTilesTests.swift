import Testing

@testable import TerminalServer

@Suite struct CommonTilesTests {
    private static let contents = [
        DesktopContent(title: "", lines: [], clock: nil),
        DesktopContent(title: "Notepad", lines: ["Session 3  anna  Active", ""], clock: nil),
        DesktopContent(title: "A title as long as the window is wide, and then some more of it", lines: ["", "x"], clock: nil),
        DesktopContent(title: "Notepad", lines: (0..<40).map { String(repeating: "flood \($0) ", count: 9) }, clock: "14:05:09"),
        DesktopContent(title: "e\u{301}\u{301}", lines: ["\u{1F469}\u{200D}\u{1F4BB} \u{e4}"], clock: "14:05"),
    ]
    private static let desktops = [(640, 480), (800, 600), (64, 64), (100, 90), (4096, 400)]

    /// Painting is the witness: what is called common must come out the same whatever a session shows.
    @Test(arguments: desktops) func whatIsCommonLooksTheSame(width: Int, height: Int) {
        let desktop = Desktop(width: width, height: height)
        var looks: [Int: [UInt16]] = [:]
        for content in Self.contents {
            for (number, tile) in tiles(of: desktop).enumerated() where desktop.isCommon(tile, showing: content) {
                let pixels = paint(tile, of: desktop, content)
                #expect(looks.updateValue(pixels, forKey: number) ?? pixels == pixels, "\(tile) while \(content) is shown")
            }
        }
    }

    /// What makes it worth while: a fresh session on a desktop of the usual size differs from others in a few tiles.
    @Test func aFreshSessionHasFewTilesOfItsOwn() {
        let desktop = Desktop(width: 640, height: 480)
        let own = tiles(of: desktop).filter { !desktop.isCommon($0, showing: Self.contents[1]) }
        #expect(1...3 ~= own.count)
    }

    @Test(arguments: desktops) func theTilesAreCounted(width: Int, height: Int) {
        let desktop = Desktop(width: width, height: height)
        for area in [desktop.screen, desktop.page, desktop.taskbar, .empty] {
            #expect(area.tiles(side: TerminalServer.tileSide) == tiles(of: area).count)
        }
    }

    @Test func aShelfIsItsLooksUntilThereAreTooMany() {
        var common = CommonTiles()
        func tile(of width: Int) -> [UInt8] {
            let look = CommonTiles.Look(desktopWidth: width, desktopHeight: 64, omitsBitmapHeaders: true)
            let shelf = common.shelf(for: look, tiles: 1)
            defer { common.keep([1, 2, 3], as: 0, on: shelf) }
            return common.tile(0, on: shelf)
        }
        #expect(tile(of: 64) == [])
        #expect(tile(of: 64) == [1, 2, 3])
        for width in 65..<1000 { #expect(tile(of: width) == []) }
        #expect(tile(of: 64) == [])
    }

    private func tiles(of desktop: Desktop) -> [Area] { tiles(of: desktop.screen) }

    private func tiles(of area: Area) -> [Area] {
        Array(sequence(state: 0) { number in
            defer { number += 1 }
            return area.tile(number, side: TerminalServer.tileSide)
        })
    }

    private func paint(_ tile: Area, of desktop: Desktop, _ content: DesktopContent) -> [UInt16] {
        var canvas = Canvas()
        desktop.paint(tile, showing: content, on: &canvas)
        return canvas.pixels
    }
}
