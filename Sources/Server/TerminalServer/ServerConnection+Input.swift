import RDP
import Sessions

// What the user does, and the boxes that he is shown.
extension ServerConnection {
    func handle(_ events: [InputEvent]) {
        guard let session else { return }
        let desktop = desktop
        var typed: [Character] = []
        var acted = false
        for event in events {
            switch event {
            case .mouse(let flags, let x, let y):
                guard flags & InputEvent.leftButton != 0 else { continue }
                acted = true
                click(isDown: flags & InputEvent.buttonDown != 0, x: Int(x), y: Int(y))
                continue
            case .scancode(Keyboard.enter, released: false, _), .scancode(Keyboard.escape, released: false, _):
                acted = true
                guard boxes.isEmpty else {
                    closeBox()
                    continue
                }
            default: break
            }
            if let character = keyboard.character(for: event) { typed.append(character) }
        }
        if !typed.isEmpty {
            acted = true
            let before = server.lines(of: session, on: desktop)
            server.stopFlood(token)
            if server.type(typed, in: session) == .startFlood { server.startFlood(token) }
            for area in desktop.changes(from: before, to: server.lines(of: session, on: desktop)) { damage.add(area) }
        }
        guard acted else { return }
        // Whoever is at work does not wait for those who come, nor for those who are gone.
        transport.prioritise()
        refreshList()
    }

    /// Shows the user a message, in front of those that he has not closed.
    func show(_ box: MessageBox) {
        changeBoxes {
            $0.append(box)
            if $0.count > MessageBox.most { $0.removeFirst() }
        }
        repaint()
    }

    /// The button counts when it comes up where it went down: whoever moves away from it meanwhile has thought better.
    private func click(isDown: Bool, x: Int, y: Int) {
        guard let box = boxes.last else { return }
        let layout = MessageBoxLayout(box, on: desktop)
        let isOnButton = layout.okButton.contains(x: x, y: y)
        switch (isDown, isOnButton || layout.closeButton.contains(x: x, y: y)) {
        case (true, true): changeBoxes { $0[$0.count - 1].isPressed = true }
        case (false, true) where box.isPressed: closeBox()
        case (false, false) where box.isPressed: changeBoxes { $0[$0.count - 1].isPressed = false }
        default: break
        }
    }

    private func closeBox() { changeBoxes { $0.removeLast() } }

    private func changeBoxes(_ body: (inout [MessageBox]) -> Void) {
        addBoxDamage()
        body(&boxes)
        addBoxDamage()
    }

    private func addBoxDamage() {
        if let box = boxes.last { damage.add(MessageBoxLayout(box, on: desktop).area) }
    }
}
