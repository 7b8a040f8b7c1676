import Contracts

/// A message to the user of a session, drawn in front of everything until he closes it.
struct MessageBox: Equatable {
    var title: String
    var text: String
    /// Whether the mouse button went down on its OK button and has not come up.
    var isPressed = false

    /// Most boxes that wait behind one another; of more, the oldest go.
    static let most = 8
}

/// Where the parts of a message box lie.
struct MessageBoxLayout {
    private let box: MessageBox
    private let lines: [String]
    private let window: Window

    private static let widest = 380
    /// Left of the text, where the picture is.
    private static let textLeft = 56
    private static let buttonSize = (width: 75, height: 23)
    private static let iconRadius = 15

    init(_ box: MessageBox, on desktop: Desktop) {
        self.box = box
        let width = max(0, min(Self.widest, desktop.width - 16))
        let columns = (width - Self.textLeft - 16) / Desktop.characterWidth
        let room = desktop.height - TaskbarClock.taskbarHeight
        let most = max(1, (room - 90) / Desktop.lineHeight)
        lines = Array(TextWrap.words(box.text, columns).prefix(most))
        let height = min(room, 84 + max(3, lines.count) * Desktop.lineHeight)
        let corner = (x: (desktop.width - width) / 2, y: max(0, (room - height) / 2))
        window = Window(
            area: Area(left: corner.x, top: corner.y, right: corner.x + width, bottom: corner.y + height), atLeast: (0, 0))
    }

    var area: Area { window.area }

    var okButton: Area {
        let (x, bottom) = ((area.left + area.right) / 2, area.bottom - 12)
        return Area(
            left: x - Self.buttonSize.width / 2, top: bottom - Self.buttonSize.height,
            right: x - Self.buttonSize.width / 2 + Self.buttonSize.width, bottom: bottom)
    }

    var closeButton: Area { window.button(0) }

    func paint(on canvas: inout Canvas) {
        guard !area.intersection(canvas.area).isEmpty else { return }
        window.paintFrame(title: box.title, buttons: 1, on: &canvas)
        paintIcon(on: &canvas)
        for (number, line) in lines.enumerated() {
            let y = area.top + 36 + number * Desktop.lineHeight
            canvas.text(line, x: area.left + Self.textLeft, y: y, limit: area.right - 6, VGA.black)
        }
        // The default button has a frame of its own.
        canvas.edges(okButton.inset(by: -1), VGA.black, VGA.black)
        box.isPressed ? canvas.sunken(okButton) : canvas.raised(okButton)
        let offset = box.isPressed ? 1 : 0
        canvas.boldText(
            "OK", x: okButton.left + 32 + offset, y: okButton.top + 8 + offset, limit: okButton.right, VGA.black)
    }

    /// A white disc with a blue letter i.
    private func paintIcon(on canvas: inout Canvas) {
        let center = (x: area.left + 30, y: area.top + 46)
        for (radius, color) in [(Self.iconRadius, VGA.gray), (Self.iconRadius - 1, VGA.white)] {
            for y in -radius...radius {
                var half = 0
                while (half + 1) * (half + 1) + y * y <= radius * radius { half += 1 }
                canvas.fill(
                    Area(left: center.x - half, top: center.y + y, right: center.x + half + 1, bottom: center.y + y + 1), color)
            }
        }
        for (left, top, right, bottom) in [(-2, -10, 3, -6), (-4, -3, 3, -1), (-2, -3, 3, 8), (-5, 7, 6, 10)] {
            canvas.fill(
                Area(left: center.x + left, top: center.y + top, right: center.x + right, bottom: center.y + bottom), VGA.blue)
        }
    }
}
