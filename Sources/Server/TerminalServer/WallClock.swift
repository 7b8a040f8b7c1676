import Glibc

/// The time of day as the taskbar shows it.
enum WallClock {
    /// `14:05`, or `14:05:10` where seconds are asked for; the machine's local time.
    static func text(seconds: Bool) -> String {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        let hoursAndMinutes = twoDigits(parts.tm_hour) + ":" + twoDigits(parts.tm_min)
        return seconds ? hoursAndMinutes + ":" + twoDigits(parts.tm_sec) : hoursAndMinutes
    }

    private static func twoDigits(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
