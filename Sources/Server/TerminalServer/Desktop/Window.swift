/// A window with a title bar and a page of text, one line below the other.
struct Window {
    let area: Area
    /// Whether it has a row with a button below its title, and a bar to scroll with at its right.
    private let scrolls: Bool

    private static let menuHeight = 20
    private static let scrollWidth = 14
    private static let titleHeight = 18
    private static let buttonSize = (width: 16, height: 14)
    private static let pageMargin = 3

    /// - Parameter least: where the area has less, in pixels, there is no window.
    init(area: Area, atLeast least: (width: Int, height: Int), scrolls: Bool = false) {
        self.scrolls = scrolls
        self.area = area.width >= least.width && area.height >= least.height ? area : .empty
    }

    /// The part of the window that is written on, inside its edges.
    var page: Area {
        guard !area.isEmpty else { return .empty }
        let inner = area.inset(by: 5)
        let top = area.top + 3 + Self.titleHeight + 3 + (scrolls ? Self.menuHeight : 0)
        return Area(left: inner.left, top: top, right: inner.right, bottom: inner.bottom)
    }

    /// The one button below the title.
    var menuButton: Area {
        guard scrolls, !area.isEmpty else { return .empty }
        let top = titleBar.bottom + 2
        return Area(left: area.left + 4, top: top, right: area.left + 64, bottom: top + 17)
    }

    /// The right edge of the page is the bar's.
    private var scrollBar: Area {
        guard scrolls, !area.isEmpty else { return .empty }
        return Area(left: page.right - Self.scrollWidth, top: page.top, right: page.right, bottom: page.bottom)
    }

    func scrollButton(isDown: Bool) -> Area {
        let bar = scrollBar
        return isDown
            ? Area(left: bar.left, top: bar.bottom - Self.scrollWidth, right: bar.right, bottom: bar.bottom)
            : Area(left: bar.left, top: bar.top, right: bar.right, bottom: bar.top + (bar.isEmpty ? 0 : Self.scrollWidth))
    }

    var scrollTrack: Area {
        let bar = scrollBar
        guard bar.height > 2 * Self.scrollWidth else { return .empty }
        return Area(left: bar.left, top: bar.top + Self.scrollWidth, right: bar.right, bottom: bar.bottom - Self.scrollWidth)
    }

    /// What fits on a line of the page, in characters, and how many lines fit.
    var columns: Int {
        max(0, (page.width - 2 * Self.pageMargin - (scrolls ? Self.scrollWidth : 0)) / Desktop.characterWidth)
    }
    var lines: Int { max(0, (page.height - 2 * Self.pageMargin) / Desktop.lineHeight) }

    private var titleBar: Area {
        let inner = area.inset(by: 3)
        return Area(left: inner.left, top: inner.top, right: inner.right, bottom: inner.top + Self.titleHeight)
    }

    /// Where the title's text may lie.
    var titleText: Area {
        let bar = titleBar
        return Area(left: bar.left + 5, top: bar.top + 6, right: button(2).left - 2, bottom: bar.top + 6 + Glyphs.height)
    }

    /// The close, zoom and minimise buttons, from the right.
    func button(_ number: Int) -> Area {
        let right = titleBar.right - 2 - number * Self.buttonSize.width - (number > 0 ? 2 : 0)
        return Area(
            left: right - Self.buttonSize.width, top: titleBar.top + 2, right: right,
            bottom: titleBar.top + 2 + Self.buttonSize.height)
    }

    /// Where characters of a line lie.
    func line(_ number: Int, columns: Range<Int>) -> Area {
        guard !area.isEmpty, 0..<lines ~= number else { return .empty }
        let (left, top) = (page.left + Self.pageMargin, page.top + Self.pageMargin + number * Desktop.lineHeight)
        return Area(
            left: left + columns.lowerBound * Desktop.characterWidth, top: top,
            right: min(page.right, left + columns.upperBound * Desktop.characterWidth), bottom: top + Glyphs.height)
    }

    /// - Parameter pressed: the number of the button that is.
    func paint(title: String, lines: [String], pressed: Int? = nil, on canvas: inout Canvas) {
        // Most of what is painted is a line of the page.
        if page.contains(canvas.area) {
            canvas.fill(page, VGA.white)
        } else {
            paintFrame(title: title, buttons: 3, pressed: pressed, on: &canvas)
            canvas.sunken(page.inset(by: -2), face: VGA.white)
        }
        let columns = columns
        for number in visibleLines(in: canvas.area).clamped(to: lines.indices) {
            let place = line(number, columns: 0..<columns)
            canvas.text(lines[number], x: place.left, y: place.top, limit: place.right, VGA.black)
        }
    }

    /// The numbers of the lines of which a part may lie in `area`.
    private func visibleLines(in area: Area) -> Range<Int> {
        let top = page.top + Self.pageMargin
        let first = max(0, (area.top - top) / Desktop.lineHeight)
        return first..<max(first, min(lines, (area.bottom - top) / Desktop.lineHeight + 1))
    }

    func paintFrame(title: String, buttons: Int, pressed: Int? = nil, on canvas: inout Canvas) {
        canvas.raised(area)
        canvas.fill(titleBar, VGA.navy)
        canvas.boldText(title, x: titleText.left, y: titleText.top, limit: titleText.right, VGA.white)
        for number in 0..<buttons { paintButton(number, isPressed: number == pressed, on: &canvas) }
    }

    private func paintButton(_ number: Int, isPressed: Bool, on canvas: inout Canvas) {
        let box = button(number)
        isPressed ? canvas.sunken(box) : canvas.raised(box)
        let sign = Area(left: box.left + 4, top: box.top + 3, right: box.right - 5, bottom: box.bottom - 4)
        switch number {
        case 0:
            for step in 0..<7 {
                for left in [sign.left + step, sign.right - 1 - step] {
                    canvas.fill(Area(left: left, top: sign.top + step, right: left + 2, bottom: sign.top + step + 1), VGA.black)
                }
            }
        case 1:
            canvas.edges(sign.inset(by: -1), VGA.black, VGA.black)
            canvas.fill(Area(left: sign.left, top: sign.top, right: sign.right, bottom: sign.top + 1), VGA.black)
        default:
            canvas.fill(Area(left: sign.left, top: sign.bottom - 1, right: sign.right - 1, bottom: sign.bottom + 1), VGA.black)
        }
    }
}
