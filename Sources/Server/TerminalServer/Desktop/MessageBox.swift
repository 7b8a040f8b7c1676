import Contracts

/// A message to the user of a session, drawn in front of everything until he closes it.
struct MessageBox: Equatable {
    var title: String
    var text: String
    /// What the user has to pick from; empty where there is only OK to say.
    var choices: [String] = []
    /// The button that the mouse button went down on and has not come up from.
    var pressed: Int?

    var isPressed: Bool { pressed != nil }
    var buttons: [String] { choices.isEmpty ? ["OK"] : choices }

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
    private static let buttonGap = 4
    private static let iconRadius = 15

    init(_ box: MessageBox, on desktop: Desktop) {
        self.box = box
        let width = max(0, min(Self.widest, desktop.width - 16))
        let columns = (width - Self.textLeft - 16) / Desktop.characterWidth
        let room = desktop.height - TaskbarClock.taskbarHeight
        let most = max(1, (room - 90) / Desktop.lineHeight)
        lines = Array(TextWrap.words(box.text, columns).prefix(most))
        let below = max(0, box.choices.count - 1) * (Self.buttonSize.height + Self.buttonGap)
        let height = min(room, 84 + max(3, lines.count) * Desktop.lineHeight + below)
        let corner = (x: (desktop.width - width) / 2, y: max(0, (room - height) / 2))
        window = Window(
            area: Area(left: corner.x, top: corner.y, right: corner.x + width, bottom: corner.y + height), atLeast: (0, 0))
    }

    var area: Area { window.area }

    var okButton: Area { button(0) }

    /// OK, or a choice: those lie one below the other and are as wide as the box.
    func button(_ number: Int) -> Area {
        let (x, count) = ((area.left + area.right) / 2, box.buttons.count)
        let bottom = area.bottom - 12 - (count - 1 - number) * (Self.buttonSize.height + Self.buttonGap)
        let width = box.choices.isEmpty ? Self.buttonSize.width : area.width - 40
        return Area(
            left: x - width / 2, top: bottom - Self.buttonSize.height, right: x - width / 2 + width, bottom: bottom)
    }

    /// What is at a place: a button's number, the first's for the sign that closes the box.
    func button(x: Int, y: Int) -> Int? {
        if closeButton.contains(x: x, y: y) { return 0 }
        return box.buttons.indices.first { button($0).contains(x: x, y: y) }
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
        for (number, title) in box.buttons.enumerated() { paintButton(number, title, isPressed: box.pressed == number, on: &canvas) }
    }

    private func paintButton(_ number: Int, _ title: String, isPressed: Bool, on canvas: inout Canvas) {
        let (area, offset) = (button(number), isPressed ? 1 : 0)
        isPressed ? canvas.sunken(area) : canvas.raised(area)
        let width = title.count * Desktop.characterWidth
        let left = max(area.left + 6, (area.left + area.right - width) / 2) + offset
        canvas.boldText(title, x: left, y: area.top + 8 + offset, limit: area.right - 2, VGA.black)
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
