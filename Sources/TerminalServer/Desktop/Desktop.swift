/// Where things lie on a session's desktop and how they are painted: a plain background, a taskbar with the Start
/// button and, when it is on, the clock, and the window of the one program a session runs.
///
/// The desktop is a function of what it shows. Nothing is kept between two paintings.
struct Desktop {
    let width: Int
    let height: Int

    static let taskbarHeight = 20
    static let characterWidth = Glyphs.width + 1
    static let lineHeight = Glyphs.height + 3
    /// Wide enough for hours, minutes and seconds.
    private static let clockWidth = 8 * characterWidth + 11
    private static let titleHeight = 13
    private static let pageMargin = 4

    var screen: Area { Area(left: 0, top: 0, right: width, bottom: height) }

    var taskbar: Area { Area(left: 0, top: height - Self.taskbarHeight, right: width, bottom: height) }

    /// The clock's box at the right end of the taskbar.
    var clock: Area {
        Area(left: width - Self.clockWidth - 3, top: taskbar.top + 3, right: width - 3, bottom: height - 3)
    }

    /// The program's window; empty on a desktop too small for one.
    var window: Area {
        let window = Area(left: 12, top: 12, right: min(width - 12, 480), bottom: min(taskbar.top - 12, 300))
        return window.width > 60 && window.height > 40 ? window : .empty
    }

    /// The part of the window that changes with what the session shows.
    var page: Area {
        let inner = window.inset(by: 3)
        return window.isEmpty ? .empty : Area(left: inner.left, top: inner.top + Self.titleHeight, right: inner.right, bottom: inner.bottom)
    }

    /// What fits on a line of the page, in characters.
    var columns: Int { max(0, (page.width - 6) / Self.characterWidth) }

    /// The colours of the time, as RGB 5-6-5.
    private enum Color {
        static let background: UInt16 = 0x0410  // teal, 0 128 128
        static let face: UInt16 = 0xC618  // grey, 192 192 192
        static let light: UInt16 = 0xFFFF
        static let shadow: UInt16 = 0x8410
        static let title: UInt16 = 0x0010  // navy, 0 0 128
        static let ink: UInt16 = 0x0000
        static let paper: UInt16 = 0xFFFF
    }

    /// Paints the part of the desktop that lies on the canvas at `area`.
    func paint(_ area: Area, showing content: DesktopContent, on canvas: inout Canvas) {
        canvas.begin(area, color: Color.background)
        paintTaskbar(content, on: &canvas)
        if !window.intersection(area).isEmpty { paintWindow(content, on: &canvas) }
    }

    /// Whether the part of the desktop at `area` looks the same in every session: nothing of what this one shows lies there.
    func isCommon(_ area: Area, showing content: DesktopContent) -> Bool {
        if content.clock != nil, !clock.intersection(area).isEmpty { return false }
        guard !window.intersection(area).isEmpty else { return true }
        if !box(of: content.title, at: titleCorner).intersection(area).isEmpty { return false }
        return content.lines.indices.allSatisfy { box(of: content.lines[$0], at: corner(ofLine: $0)).intersection(area).isEmpty }
    }

    /// What a line of text may cover. It has no more characters than bytes, and those are counted without reading them.
    private func box(of line: String, at corner: (x: Int, y: Int)) -> Area {
        Area(
            left: corner.x, top: corner.y, right: corner.x + line.utf8.count * Self.characterWidth,
            bottom: corner.y + Glyphs.height)
    }

    private var titleCorner: (x: Int, y: Int) { (window.left + 7, window.top + 6) }

    private func corner(ofLine number: Int) -> (x: Int, y: Int) {
        (page.left + 3, page.top + Self.pageMargin + number * Self.lineHeight)
    }

    private func paintTaskbar(_ content: DesktopContent, on canvas: inout Canvas) {
        guard canvas.area.bottom > taskbar.top else { return }
        canvas.fill(taskbar, Color.face)
        canvas.fill(Area(left: 0, top: taskbar.top, right: width, bottom: taskbar.top + 1), Color.light)
        let start = Area(left: 3, top: taskbar.top + 3, right: 45, bottom: height - 3)
        canvas.box(start, face: Color.face, light: Color.light, shadow: Color.shadow)
        canvas.text("Start", x: start.left + 6, y: start.top + 4, limit: start.right, Color.ink)
        guard let time = content.clock else { return }
        canvas.box(clock, face: Color.face, light: Color.shadow, shadow: Color.light)
        canvas.text(time, x: clock.left + 6, y: clock.top + 4, limit: clock.right, Color.ink)
    }

    private func paintWindow(_ content: DesktopContent, on canvas: inout Canvas) {
        canvas.box(window, face: Color.face, light: Color.light, shadow: Color.shadow)
        let inner = window.inset(by: 3)
        canvas.fill(Area(left: inner.left, top: inner.top, right: inner.right, bottom: page.top), Color.title)
        canvas.text(content.title, x: titleCorner.x, y: titleCorner.y, limit: inner.right, Color.light)
        canvas.fill(page, Color.paper)
        for (number, line) in content.lines.enumerated() {
            let (x, y) = corner(ofLine: number)
            guard y + Glyphs.height < page.bottom else { return }
            canvas.text(line, x: x, y: y, limit: page.right, Color.ink)
        }
    }
}

/// What a desktop shows at one moment.
struct DesktopContent {
    var title: String
    /// The lines of the window's page, top first.
    var lines: [String]
    /// The taskbar clock's text, `14:05`; nil where the clock is off.
    var clock: String?
}
