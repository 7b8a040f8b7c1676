import Time

extension DurationText {
    /// For a table: two digits that matter, in the unit that suits: `0.4s`, `12s`, `15m`, `2.2h`, `3d`.
    public static func brief(_ duration: Duration) -> String {
        let seconds = duration.inSeconds
        let units: [(String, Double)] = [("d", 86400), ("h", 3600), ("m", 60), ("s", 1)]
        if seconds < 1 { return "\(Int((seconds * 1000).rounded()))ms" }
        // What rounds up to 60 s is a minute.
        let (unit, scale) = units.first { seconds >= $0.1 * 0.995 } ?? ("s", 1)
        let tenths = (seconds / scale * 10).rounded()
        return tenths < 100 && tenths.truncatingRemainder(dividingBy: 10) != 0
            ? "\(tenths / 10)\(unit)" : "\(Int((seconds / scale).rounded()))\(unit)"
    }
}
