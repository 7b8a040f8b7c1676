/// The pixels of one tile while it is painted: RGB 5-6-5, the bottom row first as the wire has
/// it (MS-RDPBCGR 2.2.9.1.1.3.1.2.2). Painting is given in desktop coordinates and
/// clipped to the tile, so that whoever paints need not know where the tile lies.
///
/// One canvas is kept a process and moved from tile to tile; no session has a frame buffer of its own.
struct Canvas {
    private(set) var area: Area = .empty
    private(set) var pixels: [UInt16] = []

    /// Starts on another tile, all of it in `color`.
    mutating func begin(_ area: Area, color: UInt16) {
        self.area = area
        let count = area.width * area.height
        if pixels.count == count {
            pixels.withUnsafeMutableBufferPointer { $0.update(repeating: color) }
        } else {
            pixels.removeAll(keepingCapacity: true)
            pixels.append(contentsOf: repeatElement(color, count: count))
        }
    }

    mutating func fill(_ target: Area, _ color: UInt16) {
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

    /// A raised or sunken box in the manner of the time: two edges lit, two in shadow.
    mutating func box(_ target: Area, face: UInt16, light: UInt16, shadow: UInt16) {
        let (left, top, right, bottom) = (target.left, target.top, target.right, target.bottom)
        fill(target.inset(by: 1), face)
        fill(Area(left: left, top: top, right: right - 1, bottom: top + 1), light)
        fill(Area(left: left, top: top, right: left + 1, bottom: bottom - 1), light)
        fill(Area(left: left, top: bottom - 1, right: right, bottom: bottom), shadow)
        fill(Area(left: right - 1, top: top, right: right, bottom: bottom), shadow)
    }

    /// One line of text with its upper left corner at (`x`, `y`), cut off at `limit`.
    mutating func text(_ line: some StringProtocol, x: Int, y: Int, limit: Int, _ color: UInt16) {
        guard y < area.bottom, y + Glyphs.height > area.top else { return }
        var left = x
        for character in line {
            guard left + Glyphs.width <= limit, left < area.right else { return }
            if left + Glyphs.width > area.left { glyph(character, x: left, y: y, color) }
            left += Desktop.characterWidth
        }
    }

    /// Paints the dots of one character. Text is most of what is painted while a session is busy, so its dots are set
    /// one by one in place.
    private mutating func glyph(_ character: Character, x: Int, y: Int, _ color: UInt16) {
        let rows = Glyphs.rows(of: character)
        let visible = Area(left: x, top: y, right: x + Glyphs.width, bottom: y + Glyphs.height).intersection(area)
        guard !visible.isEmpty else { return }
        let (area, width) = (area, area.width)
        pixels.withUnsafeMutableBufferPointer { pixels in
            for row in visible.top..<visible.bottom {
                let bits = rows[rows.startIndex + row - y]
                guard bits != 0 else { continue }
                let start = (area.bottom - 1 - row) * width - area.left
                for column in visible.left..<visible.right where bits >> (Glyphs.width - 1 - (column - x)) & 1 != 0 {
                    pixels[start + column] = color
                }
            }
        }
    }
}
