/// How a user has arranged his desktop, and what he is pressing on it: his connection's alone, and gone with it.
struct DesktopView: Equatable {
    enum Pane: UInt8 { case program, list }

    /// The row of the list of sessions that is at its top.
    var firstListed: UInt32 = 0
    /// What the mouse button went down on and has not come up from.
    var pressed: Control?
    /// The window that fills the desktop; it hides the other.
    var zoomed: Pane?
    var isProgramHidden = false
    var isListHidden = false
    var isMenuOpen = false

    func shows(_ pane: Pane) -> Bool {
        if let zoomed { return zoomed == pane }
        return pane == .program ? !isProgramHidden : !isListHidden
    }

    mutating func hide(_ pane: Pane, _ isHidden: Bool) {
        if pane == .program { isProgramHidden = isHidden } else { isListHidden = isHidden }
        zoomed = nil
    }
}
