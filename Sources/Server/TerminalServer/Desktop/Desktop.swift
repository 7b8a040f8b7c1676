import Contracts
import RDP

/// Where things lie on a session's desktop and how they are painted: a plain background with a card of colours, a taskbar
/// with the Start button and, when it is on, the clock, the window of the one program a session runs, a window that lists
/// everybody's sessions, and a message box in front.
///
/// The desktop is a function of what it shows. Nothing is kept between two paintings.
struct Desktop {
    let width: Int
    let height: Int
    var colorDepth = ColorDepth.sixteen
    /// How its user has arranged it.
    var view = DesktopView()

    static let characterWidth = Glyphs.width + 1
    static let lineHeight = Glyphs.height + 3
    private static let margin = 12
    /// The program's window at its largest, and the least that anything can be shown in.
    private static let largestWindow = (width: 468, height: 288)
    private static let smallestWindow = (width: 60, height: 40)
    /// Room for the longest line that ``SessionBoard`` writes.
    private static let listWidth = SessionBoard.columns * characterWidth + 34
    private static let mostListHeight = 240

    var screen: Area { Area(left: 0, top: 0, right: width, bottom: height) }

    var taskbar: Area { Area(left: 0, top: height - TaskbarClock.taskbarHeight, right: width, bottom: height) }

    /// The clock's box at the right end of the taskbar.
    var clock: Area {
        let box = TaskbarClock.box(width: width, height: height)
        return Area(left: box.left, top: box.top, right: box.right, bottom: box.bottom)
    }

    var startButton: Area { Area(left: 2, top: taskbar.top + 4, right: 60, bottom: height - 2) }

    /// Where windows may lie.
    private var workArea: Area { Area(left: 0, top: 0, right: width, bottom: taskbar.top).inset(by: Self.margin) }

    /// The program's window; empty on a desktop too small for one, and where it is hidden.
    var program: Window {
        guard view.shows(.program) else { return Window(area: .empty, atLeast: (0, 0)) }
        return view.zoomed == .program ? Window(area: wholeArea, atLeast: Self.smallestWindow) : programAtItsPlace
    }

    private var wholeArea: Area { Area(left: 0, top: 0, right: width, bottom: taskbar.top) }

    private var programAtItsPlace: Window {
        let room = workArea
        let most = room.height > 220 ? room.height * 11 / 20 : room.height
        return Window(
            area: Area(
                left: room.left, top: room.top, right: min(room.right, room.left + Self.largestWindow.width),
                bottom: room.top + min(most, Self.largestWindow.height)),
            atLeast: Self.smallestWindow)
    }

    /// The window that lists everybody's sessions, below the program's; empty on a desktop too small for both, and where it is
    /// hidden.
    var list: Window {
        guard view.shows(.list) else { return Window(area: .empty, atLeast: (0, 0)) }
        if view.zoomed == .list { return Window(area: wholeArea, atLeast: (Self.listWidth, 60), scrolls: true) }
        let (room, above) = (workArea, programAtItsPlace.area)
        let top = above.bottom + Self.margin
        return Window(
            area: Area(
                left: room.left + 36, top: top, right: min(room.right, room.left + 36 + Self.listWidth),
                bottom: min(room.bottom, top + Self.mostListHeight)),
            atLeast: above.isEmpty ? (.max, .max) : (Self.listWidth, 60), scrolls: true)
    }

    /// What fits on a line of the program's page, in characters.
    var columns: Int { program.columns }

    /// How many sessions the list has room for, besides its heading.
    var listedSessions: Int { min(SessionBoard.most, max(0, list.lines - 1)) }

    // MARK: Painting

    /// Paints the part of the desktop that lies on the canvas at `area`.
    func paint(_ area: Area, showing content: DesktopContent, on canvas: inout Canvas) {
        canvas.begin(area, color: VGA.teal)
        paintBackground(on: &canvas)
        paintTaskbar(content, on: &canvas)
        if !program.area.intersection(area).isEmpty {
            program.paint(
                title: content.title, lines: content.lines, pressed: pressedButton(of: .program), on: &canvas)
        }
        if !list.area.intersection(area).isEmpty {
            list.paint(
                title: "Sessions", lines: content.sessions.lines, pressed: pressedButton(of: .list), on: &canvas)
            paintListControls(content.sessions, on: &canvas)
        }
        paintMenu(on: &canvas)
        if let box = content.box { MessageBoxLayout(box, on: self).paint(on: &canvas) }
    }

    private func pressedButton(of pane: DesktopView.Pane) -> Int? {
        guard let pressed = view.pressed else { return nil }
        return (0..<3).first { Control.button($0, of: pane) == pressed }
    }

    private func paintBackground(on canvas: inout Canvas) {
        let card = colorCard
        guard !card.intersection(canvas.area).isEmpty else { return }
        canvas.raised(card)
        for color in 0..<VGA.count { canvas.fill(swatch(color), color) }
        let name = "\(VGA.count) colours in \(colorDepth.rawValue) bits"
        canvas.text(name, x: card.left + 8, y: card.bottom - 13, limit: card.right - 2, VGA.black)
        let icon = (x: width - Self.margin - 52, y: card.bottom + 20)
        canvas.picture(Pictures.computer, x: icon.x, y: icon.y)
        canvas.text("My Computer", x: icon.x - 16, y: icon.y + 31, limit: width, VGA.white)
    }

    /// A panel that shows each of the sixteen colours, so that it can be seen what a depth makes of them; empty where the
    /// desktop is too small to have it beside the windows.
    var colorCard: Area {
        let area = Area(left: width - Self.margin - 144, top: Self.margin, right: width - Self.margin, bottom: Self.margin + 54)
        return area.left > programAtItsPlace.area.right && area.bottom + 70 < taskbar.top ? area : .empty
    }

    /// Where a colour lies on the card: two rows of eight.
    func swatch(_ color: UInt8) -> Area {
        let (left, top) = (colorCard.left + 8 + Int(color) % 8 * 16, colorCard.top + 6 + Int(color) / 8 * 16)
        return Area(left: left, top: top, right: left + 16, bottom: top + 16)
    }

    private func paintTaskbar(_ content: DesktopContent, on canvas: inout Canvas) {
        guard canvas.area.bottom > taskbar.top else { return }
        canvas.fill(taskbar, VGA.silver)
        canvas.fill(Area(left: 0, top: taskbar.top + 1, right: width, bottom: taskbar.top + 2), VGA.white)
        view.pressed == .start || view.isMenuOpen ? canvas.sunken(startButton) : canvas.raised(startButton)
        canvas.picture(Pictures.start, x: startButton.left + 4, y: startButton.top + 3)
        canvas.boldText("Start", x: startButton.left + 22, y: startButton.top + 8, limit: startButton.right, VGA.black)
        paintTasks(content, on: &canvas)
        guard let time = content.clock else { return }
        canvas.edges(clock, VGA.gray, VGA.white)
        canvas.text(time, x: clock.left + 8, y: clock.top + 8, limit: clock.right, VGA.black)
    }
}
