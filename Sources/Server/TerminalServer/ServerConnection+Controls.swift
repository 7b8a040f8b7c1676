import RDP

// What the desktop's buttons do.
extension ServerConnection {
    /// As with messages, a control counts when it comes up where it went down. Pressing anything else closes the menu.
    func clickDesktop(isDown: Bool, x: Int, y: Int, _ turn: inout InputTurn) {
        let control = desktop.control(x: x, y: y)
        if isDown {
            if view.isMenuOpen, control != .start, control != .disconnect, control != .logOff { toggleMenu() }
            view.pressed = control
            if let control { damage.add(desktop.area(of: control)) }
        } else if let pressed = view.pressed {
            damage.add(desktop.area(of: pressed))
            view.pressed = nil
            if pressed == control { act(pressed, y, &turn) }
        }
    }

    private func act(_ control: Control, _ y: Int, _ turn: inout InputTurn) {
        switch control {
        case .start: toggleMenu()
        case .disconnect: turn.command = .disconnect
        case .logOff: turn.command = .logOff
        case .programTask: toggle(.program)
        case .listTask: toggle(.list)
        case .programClose:
            show(
                MessageBox(
                    title: "Notepad",
                    text:
                        """
                        This program is all that runs in the session, and ends with it. To end the session, choose Log Off in the Start \
                        menu; to go and come back to it, Disconnect.
                        """
                ))
        case .programMinimise: change { $0.hide(.program, true) }
        case .listClose, .listMinimise: change { $0.hide(.list, true) }
        case .programZoom: zoom(.program)
        case .listZoom: zoom(.list)
        case .refresh: turn.refreshes = true
        case .scrollUp: scroll(by: -1)
        case .scrollDown: scroll(by: 1)
        case .scrollTrack: scrollPage(towards: y)
        }
    }

    private func toggleMenu() {
        damage.add(desktop.startMenu)
        view.isMenuOpen.toggle()
        damage.add(desktop.startMenu)
        damage.add(desktop.startButton)
    }

    /// Brings a window to the front that is not there, and takes it away where it is.
    private func toggle(_ pane: DesktopView.Pane) {
        change { $0.hide(pane, $0.shows(pane)) }
    }

    private func zoom(_ pane: DesktopView.Pane) {
        change { $0.zoomed = $0.zoomed == pane ? nil : pane }
    }

    private func change(_ body: (inout DesktopView) -> Void) {
        body(&view)
        damage.add(desktop.screen)
    }

    private func scrollPage(towards y: Int) {
        let (rows, first) = (server.board.rows(room: desktop.listedSessions), Int(view.firstListed))
        let list = SessionList(total: server.board.total, first: first, shown: rows)
        guard let thumb = desktop.thumb(list) else { return }
        scroll(by: y < thumb.top ? -rows : y >= thumb.bottom ? rows : 0)
    }

    private func scroll(by rows: Int) {
        let last = server.board.lastFirst(room: desktop.listedSessions)
        let first = UInt32(min(last, max(0, Int(view.firstListed) + rows)))
        guard first != view.firstListed else { return }
        view.firstListed = first
        damage.add(desktop.list.page)
    }
}
