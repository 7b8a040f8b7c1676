import RDP
import Sessions

// What the user does, and the boxes that he is shown.
extension ServerConnection {
    /// More bytes than this in one read are not a user at work: his keys come one by one.
    private static let mostOfAUser = 256

    func handle(_ events: [InputEvent], _ turn: inout InputTurn) {
        guard let session else { return }
        var typed: [Character] = []
        for event in events {
            switch event {
            case .mouse(let flags, let x, let y):
                guard flags & InputEvent.leftButton != 0 else { continue }
                turn.acted = true
                click(isDown: flags & InputEvent.buttonDown != 0, x: Int(x), y: Int(y), &turn)
                continue
            case .scancode(Keyboard.enter, released: false, _), .scancode(Keyboard.escape, released: false, _):
                turn.acted = true
                guard boxes.isEmpty else {
                    closeBox(&turn)
                    continue
                }
            default: break
            }
            if let character = keyboard.character(for: event) { typed.append(character) }
        }
        guard !typed.isEmpty else { return }
        turn.acted = true
        if turn.page == nil { turn.page = server.lines(of: session, on: desktop) }
        server.busyPrograms.remove(token)
        if server.type(typed, in: session) == .startFlood { server.busyPrograms.add(token) }
    }

    /// After a read of so many bytes: what of the desktop it has changed.
    func settle(_ turn: InputTurn, bytes: Int) {
        // Whoever is at work does not wait for those who come, nor for those who are gone. Whoever sends more than hands
        // can waits with them.
        if bytes > Self.mostOfAUser { transport.prioritise(false) } else if turn.acted { transport.prioritise(true) }
        guard turn.acted, let session else { return }
        if let page = turn.page {
            let desktop = desktop
            for area in desktop.changes(from: page, to: server.lines(of: session, on: desktop)) { damage.add(area) }
        }
        refreshList()
    }

    /// Shows the user a message, in front of those that he has not closed.
    func show(_ box: MessageBox) {
        addBoxDamage()
        boxes.append(box)
        if boxes.count > MessageBox.most { boxes.removeFirst() }
        addBoxDamage()
        repaint()
    }

    private func addBoxDamage() {
        if let box = boxes.last { damage.add(MessageBoxLayout(box, on: desktop).area) }
    }

    /// The button counts when it comes up where it went down: whoever moves away from it meanwhile has thought better.
    private func click(isDown: Bool, x: Int, y: Int, _ turn: inout InputTurn) {
        guard let box = boxes.last, let layout = layout(&turn) else { return }
        let isOnButton = layout.okButton.contains(x: x, y: y) || layout.closeButton.contains(x: x, y: y)
        switch (isDown, isOnButton) {
        case (true, true): press(true, layout)
        case (false, true) where box.isPressed: closeBox(&turn)
        case (false, false) where box.isPressed: press(false, layout)
        default: break
        }
    }

    private func press(_ isPressed: Bool, _ layout: MessageBoxLayout) {
        boxes[boxes.count - 1].isPressed = isPressed
        damage.add(layout.okButton)
    }

    private func closeBox(_ turn: inout InputTurn) {
        if let layout = layout(&turn) { damage.add(layout.area) }
        boxes.removeLast()
        turn.layout = nil
        // The one behind it comes to the front.
        if let layout = layout(&turn) { damage.add(layout.area) }
    }

    private func layout(_ turn: inout InputTurn) -> MessageBoxLayout? {
        if turn.layout == nil { turn.layout = boxes.last.map { MessageBoxLayout($0, on: desktop) } }
        return turn.layout
    }
}
