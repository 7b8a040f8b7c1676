import RDP
import Wire

// What the client is shown.
extension ServerConnection {
    var desktop: Desktop {
        Desktop(width: endpoint.desktopWidth, height: endpoint.desktopHeight, colorDepth: endpoint.colorDepth, view: view)
    }

    /// Shows the client what has changed, if it can be shown now.
    func repaint() {
        guard !damage.isEmpty else { return }
        withOutput { paint(&$0) }
    }

    /// Nothing is drawn for a minimised client, which is shown all of its desktop when it is restored. Nor is it for one that
    /// has not yet taken what was drawn before: what it misses stays marked, and is drawn once, as it then is. So no more
    /// than some tiles ever wait for a client.
    func paint(_ output: inout ByteWriter) {
        if isMinimised { damage = Damage() }
        guard isActive, let session, !damage.isEmpty, transport.backlog == 0, !awaitsPainting else { return }
        var turn = PaintTurn(server.counters.rectanglesDrawn)
        let desktop = desktop
        let content = server.content(of: session, on: desktop, box: boxes.last, listing: showsList(desktop))
        while let (area, painted) = damage.first(on: desktop) {
            let shelf = shelf(for: area, of: desktop)
            let isAllCommon = shelf != nil && desktop.isCommon(area, showing: content)
            var number = painted
            while let tile = Self.piece(number, of: area) {
                if let shelf, isAllCommon || desktop.isCommon(tile, showing: content) {
                    number += paintCommon(
                        tile, number, most: isAllCommon ? .max : 1, content, desktop, on: shelf, into: &output)
                } else {
                    paint(tile, content, desktop, into: &output)
                    number += 1
                }
                let isOver = turn.isOver(painted: server.counters.rectanglesDrawn, waiting: output.count)
                guard isOver || output.count >= Self.paintedAtOnce else { continue }
                damage.note(painted: number)
                turn.sent += output.count
                send(&output)
                guard self.session != nil, transport.backlog == 0 else { return }
                if isOver { return server.paintQueue.add(self) }
            }
            damage.removeFirst()
            if shelf != nil { for line in desktop.ownLines(content) { damage.add(line) } }
        }
    }

    /// Bytes of drawing handed to the transport in one piece: the desktop of a logon, 640 by 480, is less. Each piece costs as
    /// much as a tenth of the logon.
    private static let paintedAtOnce = 48 * 1024

    /// What a connection may have painted before others are heard: so many rectangles, or bytes where they are kept painted. A
    /// desktop of 640 by 480 has 80 tiles; painting one takes some 20 microseconds.
    private struct PaintTurn {
        private static let mostPainted: UInt64 = 160
        private static let mostBytes = 512 * 1024
        private let before: UInt64
        var sent = 0

        init(_ before: UInt64) { self.before = before }

        func isOver(painted: UInt64, waiting: Int) -> Bool {
            painted - before >= Self.mostPainted || sent + waiting >= Self.mostBytes
        }
    }

    /// A part of an area: what a PDU holds goes out whole, more goes out in tiles.
    private static func piece(_ number: Int, of area: Area) -> Area? {
        guard area.width * area.height <= ServerEndpoint.mostPixels else {
            return area.tile(number, side: TerminalServer.tileSide)
        }
        return number == 0 ? area : nil
    }

    /// Whether the list of sessions is about to be drawn, in part at least.
    private func showsList(_ desktop: Desktop) -> Bool {
        let list = desktop.list.area
        return damage.areas.contains { !$0.intersection(list).isEmpty }
    }

    /// Has the list drawn again if it is not the newest. Only for what the user does: see ``SessionBoard``.
    ///
    /// - Parameter onDemand: whether that is what he wants.
    func refreshList(onDemand: Bool = false) {
        server.updateBoard(onDemand: onDemand)
        guard shownList != server.board.generation else { return }
        damage.add(desktop.list.page)
    }

    /// Where the tiles are kept that other desktops of this look have in common with this one; nil where a tile of `area`
    /// may not be one of the whole desktop's, or not be the same bytes.
    private func shelf(for area: Area, of desktop: Desktop) -> Int? {
        guard area == desktop.screen, endpoint.sendsPlainly, desktop.view == DesktopView(), chooser == nil else { return nil }
        let look = CommonTiles.Look(
            desktopWidth: area.width, desktopHeight: area.height, colorDepth: desktop.colorDepth,
            omitsBitmapHeaders: endpoint.omitsBitmapHeaders)
        return server.commonTiles.shelf(for: look, tiles: area.tiles(side: TerminalServer.tileSide))
    }

    /// Takes the bytes of common tiles, and paints the first where it is the first of its look.
    ///
    /// - Returns: how many tiles those are.
    private func paintCommon(
        _ tile: Area, _ number: Int, most: Int, _ content: DesktopContent, _ desktop: Desktop, on shelf: Int,
        into output: inout ByteWriter
    ) -> Int {
        let written = server.commonTiles.write(
            from: number, most: most, until: Self.paintedAtOnce, on: shelf, into: &output)
        guard written == 0 else { return written }
        let start = output.count
        paint(tile, content.common, desktop, into: &output)
        server.commonTiles.keep(output.bytes[start...], as: number, on: shelf)
        return 1
    }

    private func paint(_ tile: Area, _ content: DesktopContent, _ desktop: Desktop, into output: inout ByteWriter) {
        server.counters.rectanglesDrawn += 1
        desktop.paint(tile, showing: content, on: &server.canvas)
        endpoint.sendBitmap(
            left: tile.left, top: tile.top, width: tile.width, pixels: server.canvas.pixels, VGA.palette, output: &output)
    }
}
