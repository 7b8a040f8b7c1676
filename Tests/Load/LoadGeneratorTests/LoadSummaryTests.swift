import Faults
import Testing

@testable import LoadGenerator

@Suite struct LoadSummaryTests {
    /// Every field with a value of its own.
    private static let one: LoadSummary = {
        var summary = LoadSummary()
        summary.clients = 2
        summary.loggedOn = 3
        summary.logonSeconds = 5
        summary.struck = ["hang": 7, "kill": 11]
        summary.returned = 13
        summary.resumed = 17
        summary.blocked = 19
        summary.refused = 23
        summary.altered = 29
        summary.failures = ["refused": 31]
        summary.lost = ["lines": 37]
        return summary
    }()

    @Test func workersAddUp() {
        var other = LoadSummary()
        other.clients = 100
        other.loggedOn = 200
        other.logonSeconds = 4
        other.struck = ["hang": 300]
        other.returned = 400
        other.resumed = 500
        other.blocked = 600
        other.refused = 700
        other.altered = 800
        other.failures = ["refused": 900, "timed out": 1000]
        other.lost = ["lines": 1100, "faults": 1200]
        var sum = Self.one
        sum.add(other)
        #expect(sum.clients == 102 && sum.loggedOn == 203)
        // They log on side by side: the slowest counts.
        #expect(sum.logonSeconds == 5)
        #expect(sum.struck == ["hang": 307, "kill": 11])
        #expect(sum.returned == 413 && sum.resumed == 517 && sum.blocked == 619 && sum.refused == 723 && sum.altered == 829)
        #expect(sum.failures == ["refused": 931, "timed out": 1000] && sum.failed == 1931)
        #expect(sum.lost == ["lines": 1137, "faults": 1200])
        var twice = other
        twice.add(Self.one)
        #expect(twice == sum)
    }

    @Test func eachFactHasALine() {
        var summary = Self.one
        summary.failures = ["rare": 1, "frequent": 31]
        summary.lose(4, .powerOff, NoPower(), healing: false)
        #expect(
            summary.text.split(separator: "\n") == [
                "clients    3 of 2 logged on in 5.00 s", "fault      7 hang", "fault      11 kill",
                "returned   13: 17 resumed, 19 blocked, 23 refused, 29 altered", "failed     31: frequent", "failed     1: rare",
                "lost       37 lines", "lost       4 clients did not meet power-off: no power",
            ])
    }

    private struct NoPower: Error, CustomStringConvertible { let description = "no power" }
}
