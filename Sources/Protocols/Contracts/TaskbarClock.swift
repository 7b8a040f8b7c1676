import RDP

/// Where the taskbar clock is on a desktop, which the server that draws it and those who look at the wire agree on: what is
/// drawn only there is the clock's own traffic. In pixels.
public enum TaskbarClock {
    public static let taskbarHeight = 28
    /// Wide enough for hours, minutes and seconds in characters of 6 pixels.
    private static let width = 8 * 6 + 13
    private static let margin = (right: 2, top: 4, bottom: 2)
    /// Bitmaps on the wire begin and end at columns that are multiples of this.
    private static let columnStep = 4

    /// The clock's box at the right end of the taskbar; `right` and `bottom` are just outside of it.
    public static func box(width: Int, height: Int) -> (left: Int, top: Int, right: Int, bottom: Int) {
        (
            left: width - margin.right - self.width, top: height - taskbarHeight + margin.top, right: width - margin.right,
            bottom: height - margin.bottom
        )
    }

    /// Whether an update's rectangle lies in the clock of a desktop of the given size in pixels.
    public static func holds(_ rectangle: InclusiveRectangle, width: Int, height: Int) -> Bool {
        let box = box(width: width, height: height)
        let left = box.left / columnStep * columnStep
        let right = (box.right + columnStep - 1) / columnStep * columnStep
        return Int(rectangle.left) >= left && Int(rectangle.right) < right && Int(rectangle.top) >= box.top
            && Int(rectangle.bottom) < box.bottom
    }
}
