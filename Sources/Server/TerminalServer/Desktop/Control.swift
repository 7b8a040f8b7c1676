/// What answers to the mouse on a desktop, besides a message in front.
enum Control: UInt8, CaseIterable {
    // What lies in front of others comes first.
    case disconnect, logOff
    case start, programTask, listTask
    case programClose, programZoom, programMinimise
    case listClose, listZoom, listMinimise
    case refresh, scrollUp, scrollDown, scrollTrack

    /// The buttons of a window, as ``Window/button(_:)`` numbers them.
    static func button(_ number: Int, of pane: DesktopView.Pane) -> Control? {
        let first: Control = pane == .program ? .programClose : .listClose
        return Control(rawValue: first.rawValue + UInt8(number))
    }
}

extension Desktop {
    private static let menuWidth = 132
    private static let menuItemHeight = 22
    private static let taskWidth = 96

    /// Where a control lies; empty where it is not on the desktop now.
    func area(of control: Control) -> Area {
        switch control {
        case .start: startButton
        case .disconnect: menuItem(0)
        case .logOff: menuItem(1)
        case .programTask: task(0)
        case .listTask: list.area.isEmpty && view == DesktopView() ? .empty : task(1)
        case .programClose, .programZoom, .programMinimise: button(control, from: .programClose, of: program)
        case .listClose, .listZoom, .listMinimise: button(control, from: .listClose, of: list)
        case .refresh: list.menuButton
        case .scrollUp: list.scrollButton(isDown: false)
        case .scrollDown: list.scrollButton(isDown: true)
        case .scrollTrack: list.scrollTrack
        }
    }

    func control(x: Int, y: Int) -> Control? { Control.allCases.first { area(of: $0).contains(x: x, y: y) } }

    private func button(_ control: Control, from first: Control, of window: Window) -> Area {
        window.area.isEmpty ? .empty : window.button(Int(control.rawValue - first.rawValue))
    }

    var startMenu: Area {
        guard view.isMenuOpen else { return .empty }
        let top = taskbar.top - 2 * Self.menuItemHeight - 6
        return Area(left: 2, top: top, right: 2 + Self.menuWidth, bottom: taskbar.top)
    }

    private func menuItem(_ number: Int) -> Area {
        let menu = startMenu
        guard !menu.isEmpty else { return .empty }
        let top = menu.top + 3 + number * Self.menuItemHeight
        return Area(left: menu.left + 3, top: top, right: menu.right - 3, bottom: top + Self.menuItemHeight)
    }

    /// A window's button on the taskbar; empty where there is no room beside the clock.
    private func task(_ number: Int) -> Area {
        let left = startButton.right + 6 + number * (Self.taskWidth + 3)
        let area = Area(left: left, top: startButton.top, right: left + Self.taskWidth, bottom: startButton.bottom)
        return area.right < clock.left ? area : .empty
    }

    // MARK: Painting

    func paintTasks(_ content: DesktopContent, on canvas: inout Canvas) {
        for (control, pane, title) in [(Control.programTask, DesktopView.Pane.program, content.title), (.listTask, .list, "Sessions")] {
            let area = area(of: control)
            guard !area.isEmpty else { continue }
            let isDown = view.shows(pane) != (view.pressed == control)
            isDown ? canvas.sunken(area) : canvas.raised(area)
            canvas.text(title, x: area.left + 8, y: area.top + 8, limit: area.right - 6, VGA.black)
        }
    }

    func paintMenu(on canvas: inout Canvas) {
        guard !startMenu.intersection(canvas.area).isEmpty else { return }
        canvas.raised(startMenu)
        for (control, title) in [(Control.disconnect, "Disconnect"), (.logOff, "Log Off")] {
            let (area, isPressed) = (area(of: control), view.pressed == control)
            if isPressed { canvas.fill(area, VGA.navy) }
            canvas.text(title, x: area.left + 10, y: area.top + 8, limit: area.right, isPressed ? VGA.white : VGA.black)
        }
    }

    /// The list's own: its button, and where there are more sessions than rows a bar to scroll with.
    func paintListControls(_ sessions: SessionList, on canvas: inout Canvas) {
        let button = list.menuButton
        guard !button.isEmpty else { return }
        view.pressed == .refresh ? canvas.sunken(button) : canvas.raised(button)
        canvas.text("Refresh", x: button.left + 9, y: button.top + 5, limit: button.right, VGA.black)
        canvas.fill(list.scrollTrack, VGA.silver)
        for (control, rows) in [(Control.scrollUp, [1, 3, 5, 7]), (.scrollDown, [7, 5, 3, 1])] {
            let area = area(of: control)
            view.pressed == control ? canvas.sunken(area) : canvas.raised(area)
            for (row, width) in rows.enumerated() {
                let (left, top) = (area.left + (area.width - width) / 2, area.top + 5 + row)
                canvas.fill(Area(left: left, top: top, right: left + width, bottom: top + 1), VGA.black)
            }
        }
        if let thumb = thumb(sessions) { canvas.raised(thumb) }
    }

    /// The part of the track that stands for the rows that are shown; nil where all are.
    func thumb(_ sessions: SessionList) -> Area? {
        let track = list.scrollTrack
        guard sessions.total > sessions.shown, !track.isEmpty else { return nil }
        let height = max(8, track.height * sessions.shown / sessions.total)
        let top = track.top + (track.height - height) * sessions.first / (sessions.total - sessions.shown)
        return Area(left: track.left, top: top, right: track.right, bottom: top + height)
    }
}
