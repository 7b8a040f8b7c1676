import RDP
import Sessions

// What the user does with keyboard and mouse.
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
                    answerBox(0, &turn)
                    continue
                }
            default: break
            }
            if let character = keyboard.character(for: event) { typed.append(character) }
        }
        guard !typed.isEmpty else { return }
        turn.acted = true
        if let chooser {
            // The sessions are numbered.
            let number = typed.lazy.compactMap(\.wholeNumberValue).first { 1...chooser.sessions.count ~= $0 }
            if let number { turn.command = .choose(number - 1) }
            return
        }
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
        refreshList(onDemand: turn.refreshes)
    }

    private func click(isDown: Bool, x: Int, y: Int, _ turn: inout InputTurn) {
        if boxes.isEmpty { clickDesktop(isDown: isDown, x: x, y: y, &turn) } else { clickBox(isDown: isDown, x: x, y: y, &turn) }
    }

    // MARK: Messages

    /// Shows the user a message, in front of those that he has not closed.
    func show(_ box: MessageBox) {
        // Who has to pick a session has none to show it in.
        guard chooser == nil else { return }
        addBoxDamage()
        boxes.append(box)
        if boxes.count > MessageBox.most { boxes.removeFirst() }
        addBoxDamage()
        repaint()
    }

    private func addBoxDamage() {
        if let box = boxes.last { damage.add(MessageBoxLayout(box, on: desktop).area) }
    }

    /// A button counts when it comes up where it went down: whoever moves away from it meanwhile has thought better.
    private func clickBox(isDown: Bool, x: Int, y: Int, _ turn: inout InputTurn) {
        guard let box = boxes.last, let layout = layout(&turn) else { return }
        switch (isDown, layout.button(x: x, y: y)) {
        case (true, let button?): press(button, layout)
        case (false, let button?) where box.pressed == button: answerBox(button, &turn)
        case (false, _) where box.isPressed: press(nil, layout)
        default: break
        }
    }

    private func press(_ button: Int?, _ layout: MessageBoxLayout) {
        for button in [boxes.last?.pressed, button] { if let button { damage.add(layout.button(button)) } }
        boxes[boxes.count - 1].pressed = button
    }

    private func answerBox(_ button: Int, _ turn: inout InputTurn) {
        if chooser != nil {
            turn.command = .choose(button)
            return
        }
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
