import RDP

/// Where the taskbar clock is, for those who look at the wire: what is drawn only there is the clock's own traffic.
public enum TaskbarClock {
    /// Whether an update's rectangle lies in the clock of a desktop of the given size in pixels.
    public static func holds(_ rectangle: InclusiveRectangle, width: Int, height: Int) -> Bool {
        let drawn = Desktop(width: width, height: height).clock.widened(toColumnsOf: 4)
        return drawn.union(Area(rectangle)) == drawn
    }
}
