import Testing
import Wire

@testable import TerminalServer

@Suite struct CommonTilesTests {
    private static let contents = [
        DesktopContent(title: "", lines: []),
        DesktopContent(title: "Notepad", lines: [], sessions: list(own: 1)),
        DesktopContent(title: "Notepad", lines: ["hello", "", "world"], sessions: list(own: 2)),
        DesktopContent(title: "Notepad", lines: [], sessions: list(own: 3), box: MessageBox(title: "T", text: "Lunch!")),
        DesktopContent(title: "A title as long as the window is wide, and then some more of it", lines: ["", "x"], sessions: list(own: 1)),
        DesktopContent(
            title: "Notepad", lines: (0..<40).map { String(repeating: "flood \($0) ", count: 9) }, sessions: list(own: 1),
            clock: "14:05:09"),
        DesktopContent(
            title: "e\u{301}\u{301}", lines: ["\u{1F469}\u{200D}\u{1F4BB} \u{e4}"], sessions: list(own: 1), clock: "14:05"),
    ]

    /// Three sessions, of which one is marked as the desktop's own.
    private static func list(own: Int) -> SessionList {
        var lines = [SessionBoard.heading, " rdp-tcp#1 anna 2 active", " rdp-tcp#2 bert 3 active", " rdp-tcp#3 cleo 4 active"]
        let shared = lines
        lines[own] = ">" + lines[own].dropFirst()
        return SessionList(lines: lines, own: [own], shared: shared)
    }

    private static let desktops = [(640, 480), (800, 600), (64, 64), (100, 90), (4096, 400)]

    /// Painting is the witness: what is called common must come out the same whatever a session shows.
    @Test(arguments: desktops) func whatIsCommonLooksTheSame(width: Int, height: Int) {
        let desktop = Desktop(width: width, height: height)
        var looks: [Int: [UInt8]] = [:]
        for content in Self.contents.dropFirst() {
            for (number, tile) in tiles(of: desktop).enumerated() where desktop.isCommon(tile, showing: content) {
                let pixels = paint(tile, of: desktop, content.common)
                let isSame = looks.updateValue(pixels, forKey: number) ?? pixels == pixels
                #expect(isSame, "\(tile) while \(content) is shown")
            }
        }
    }

    /// Over the common tiles go the session's own lines, and then all is as if it had been painted for this session alone.
    @Test(arguments: desktops.dropLast()) func ownLinesMakeUpForIt(width: Int, height: Int) {
        let desktop = Desktop(width: width, height: height)
        for content in Self.contents {
            let own = desktop.ownLines(content)
            for tile in tiles(of: desktop) where own.allSatisfy({ $0.intersection(tile).isEmpty }) {
                let isSame = paint(tile, of: desktop, content.common) == paint(tile, of: desktop, content)
                #expect(isSame)
            }
            #expect(own.count == (desktop.list.area.isEmpty ? 0 : content.sessions.own.count))
        }
    }

    /// What makes it worth while: a fresh session on a desktop of the usual size has no tile that is its alone.
    @Test func aFreshSessionHasNoTilesOfItsOwn() {
        let desktop = Desktop(width: 640, height: 480)
        let own = tiles(of: desktop).filter { !desktop.isCommon($0, showing: Self.contents[1]) }
        #expect(own.isEmpty)
    }

    @Test(arguments: desktops) func theTilesAreCounted(width: Int, height: Int) {
        let desktop = Desktop(width: width, height: height)
        for area in [desktop.screen, desktop.program.page, desktop.taskbar, .empty] {
            #expect(area.tiles(side: TerminalServer.tileSide) == tiles(of: area).count)
        }
    }

    @Test func aShelfIsItsLooksUntilThereAreTooMany() {
        var common = CommonTiles()
        func tile(of width: Int) -> [UInt8] {
            let look = CommonTiles.Look(desktopWidth: width, desktopHeight: 64, colorDepth: .sixteen, omitsBitmapHeaders: true)
            let shelf = common.shelf(for: look, tiles: 1)
            defer { common.keep([1, 2, 3], as: 0, on: shelf) }
            return written(common, from: 0, on: shelf).bytes
        }
        #expect(tile(of: 64) == [])
        #expect(tile(of: 64) == [1, 2, 3])
        for width in 65..<1000 { #expect(tile(of: width) == []) }
        #expect(tile(of: 64) == [])
    }

    /// Tiles that were painted in the order of the desktop go out in one piece, up to one that is not kept or was painted
    /// out of turn.
    @Test func tilesOneBehindTheOtherAreOnePiece() {
        var common = CommonTiles()
        let look = CommonTiles.Look(desktopWidth: 64, desktopHeight: 64, colorDepth: .sixteen, omitsBitmapHeaders: true)
        let shelf = common.shelf(for: look, tiles: 6)
        for number in [1, 2, 3, 0, 5] { common.keep([UInt8(number), 9], as: number, on: shelf) }

        #expect(written(common, from: 1, on: shelf) == (3, [1, 9, 2, 9, 3, 9]))
        #expect(written(common, from: 1, most: 2, on: shelf) == (2, [1, 9, 2, 9]))
        #expect(written(common, from: 1, until: 3, on: shelf) == (2, [1, 9, 2, 9]))
        #expect(written(common, from: 0, on: shelf) == (1, [0, 9]))
        #expect(written(common, from: 4, on: shelf) == (0, []))
        #expect(written(common, from: 5, on: shelf) == (1, [5, 9]))
    }

    private func written(
        _ common: CommonTiles, from number: Int, most: Int = .max, until size: Int = .max, on shelf: Int
    ) -> (tiles: Int, bytes: [UInt8]) {
        var output = ByteWriter()
        let tiles = common.write(from: number, most: most, until: size, on: shelf, into: &output)
        return (tiles, output.bytes)
    }

    private func tiles(of desktop: Desktop) -> [Area] { tiles(of: desktop.screen) }

    private func tiles(of area: Area) -> [Area] {
        Array(
            sequence(state: 0) { number in
                defer { number += 1 }
                return area.tile(number, side: TerminalServer.tileSide)
            })
    }

    private func paint(_ tile: Area, of desktop: Desktop, _ content: DesktopContent) -> [UInt8] {
        var canvas = Canvas()
        desktop.paint(tile, showing: content, on: &canvas)
        return canvas.pixels
    }
}
