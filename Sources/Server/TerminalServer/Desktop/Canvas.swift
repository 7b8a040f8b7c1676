/// The pixels of one tile while it is painted, numbers of colours in ``VGA/palette``, the bottom row first as the wire has
/// it (MS-RDPBCGR 2.2.9.1.1.3.1.2.2). Painting is given in desktop coordinates and
/// clipped to the tile, so that whoever paints need not know where the tile lies.
///
/// One canvas is kept a process and moved from tile to tile; no session has a frame buffer of its own.
struct Canvas {
    private(set) var area: Area = .empty
    private(set) var pixels: [UInt8] = []

    /// Starts on another tile, all of it in `color`.
    mutating func begin(_ area: Area, color: UInt8) {
        self.area = area
        let count = area.width * area.height
        if pixels.count == count {
            pixels.withUnsafeMutableBufferPointer { $0.update(repeating: color) }
        } else {
            pixels.removeAll(keepingCapacity: true)
            pixels.append(contentsOf: repeatElement(color, count: count))
        }
    }

    mutating func fill(_ target: Area, _ color: UInt8) {
        let visible = target.intersection(area)
        guard !visible.isEmpty else { return }
        let (area, width) = (area, visible.right - visible.left)
        // Rows as wide as the tile lie one behind the other, and are filled in one piece.
        let (rows, length) = width == area.width ? (1, width * visible.height) : (visible.height, width)
        pixels.withUnsafeMutableBufferPointer { pixels in
            for row in 0..<rows {
                let start = (area.bottom - visible.bottom + row) * area.width + visible.left - area.left
                UnsafeMutableBufferPointer(rebasing: pixels[start..<(start + length)]).update(repeating: color)
            }
        }
    }

    /// A raised box in the manner of the time: light from the upper left, two edges lit and two in shadow.
    mutating func raised(_ target: Area, face: UInt8 = VGA.silver) {
        edges(target, VGA.white, VGA.black)
        edges(target.inset(by: 1), VGA.silver, VGA.gray)
        fill(target.inset(by: 2), face)
    }

    /// The same pressed in, or a field to write in.
    mutating func sunken(_ target: Area, face: UInt8 = VGA.silver) {
        edges(target, VGA.gray, VGA.white)
        edges(target.inset(by: 1), VGA.black, VGA.silver)
        fill(target.inset(by: 2), face)
    }

    /// A frame one pixel wide.
    mutating func edges(_ target: Area, _ upperLeft: UInt8, _ lowerRight: UInt8) {
        let (left, top, right, bottom) = (target.left, target.top, target.right, target.bottom)
        fill(Area(left: left, top: top, right: right - 1, bottom: top + 1), upperLeft)
        fill(Area(left: left, top: top, right: left + 1, bottom: bottom - 1), upperLeft)
        fill(Area(left: left, top: bottom - 1, right: right, bottom: bottom), lowerRight)
        fill(Area(left: right - 1, top: top, right: right, bottom: bottom), lowerRight)
    }

    /// A small picture, a character a pixel: digits and letters are colours (hexadecimal), what is no digit is left as it is.
    mutating func picture(_ rows: [[UInt8?]], x: Int, y: Int) {
        guard y < area.bottom, y + rows.count > area.top else { return }
        for (row, pixels) in rows.enumerated() {
            for (column, color) in pixels.enumerated() {
                guard let color else { continue }
                fill(Area(left: x + column, top: y + row, right: x + column + 1, bottom: y + row + 1), color)
            }
        }
    }

    /// One line of text with its upper left corner at (`x`, `y`), cut off at `limit`.
    mutating func text(_ line: some StringProtocol, x: Int, y: Int, limit: Int, _ color: UInt8) {
        guard y < area.bottom, y + Glyphs.height > area.top else { return }
        // Where all are ASCII a byte is a character, and sooner read than one.
        if line.utf8.allSatisfy({ $0 < 0x80 }) {
            glyphs(line.utf8.lazy.map { Glyphs.rows(of: $0) }, x: x, y: y, limit: limit, color)
        } else {
            glyphs(line.lazy.map { Glyphs.rows(of: $0) }, x: x, y: y, limit: limit, color)
        }
    }

    /// The same twice, a pixel apart: what titles and buttons are lettered in.
    mutating func boldText(_ line: some StringProtocol, x: Int, y: Int, limit: Int, _ color: UInt8) {
        text(line, x: x, y: y, limit: limit - 1, color)
        text(line, x: x + 1, y: y, limit: limit, color)
    }

    /// - Parameter glyphs: each as ``Glyphs`` has it.
    private mutating func glyphs(_ glyphs: some Sequence<UInt64>, x: Int, y: Int, limit: Int, _ color: UInt8) {
        var left = x
        for rows in glyphs {
            guard left + Glyphs.width <= limit, left < area.right else { return }
            if left + Glyphs.width > area.left { glyph(rows, x: left, y: y, color) }
            left += Desktop.characterWidth
        }
    }

    /// Paints the dots of one character. Text is most of what is painted while a session is busy, so its dots are set
    /// one by one in place.
    private mutating func glyph(_ rows: UInt64, x: Int, y: Int, _ color: UInt8) {
        let (first, end) = (max(x, area.left), min(x + Glyphs.width, area.right))
        let (top, bottom) = (max(y, area.top), min(y + Glyphs.height, area.bottom))
        guard first < end, top < bottom else { return }
        // Of a row's bits, those in a column of the canvas.
        let visible = (UInt64(1) << (end - first) - 1) << (x + Glyphs.width - end)
        let (width, lastColumn) = (area.width, x + Glyphs.width - 1 - area.left)
        var row = (area.bottom - 1 - top) * width
        pixels.withUnsafeMutableBufferPointer { pixels in
            for line in top..<bottom {
                var dots = rows >> (8 * (line - y)) & visible
                while dots != 0 {
                    pixels[row + lastColumn - dots.trailingZeroBitCount] = color
                    dots &= dots - 1
                }
                row -= width
            }
        }
    }
}
