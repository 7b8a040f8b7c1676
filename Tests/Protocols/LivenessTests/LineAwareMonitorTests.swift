import Testing
import Time

@testable import Liveness

@Suite struct LineAwareMonitorTests {
    private let policy = LineAware(interval: .seconds(60), timeout: .seconds(2), tries: 2, line: "unused")

    /// Everything that is due, in order.
    private func effects(_ monitor: inout LineAwareMonitor<Int>, at seconds: Double) -> [String] {
        var list: [String] = []
        while let effect = monitor.next(at: .zero + .seconds(seconds)) {
            switch effect {
            case .probe(let token, _): list.append("probe \(token)")
            case .dead(let token): list.append("dead \(token)")
            }
        }
        return list.sorted()
    }

    @Test func nothingIsSentWhileTheLineIsDown() {
        var monitor = LineAwareMonitor<Int>(policy)
        _ = monitor.start(1, at: .zero)
        #expect(monitor.nextDeadline == nil)
        #expect(effects(&monitor, at: 100_000) == [])
    }

    @Test func everybodyIsAskedOnceTheLineIsUp() {
        var monitor = LineAwareMonitor<Int>(policy)
        let (one, _) = (monitor.start(1, at: .zero), monitor.start(2, at: .zero))
        monitor.line(isUp: true, at: .zero + .seconds(100))
        #expect(effects(&monitor, at: 100) == ["probe 1", "probe 2"])
        monitor.heard(one, at: .zero + .seconds(101))
        #expect(effects(&monitor, at: 102) == ["probe 2"])
        #expect(effects(&monitor, at: 104) == ["dead 2"])
        #expect(effects(&monitor, at: 159) == [])
    }

    @Test func whileTheLineStaysUpAnIntervalLiesBetweenRounds() {
        var monitor = LineAwareMonitor<Int>(policy)
        let one = monitor.start(1, at: .zero)
        monitor.line(isUp: true, at: .zero + .seconds(100))
        #expect(effects(&monitor, at: 100) == ["probe 1"])
        monitor.heard(one, at: .zero + .seconds(100.5))
        #expect(monitor.nextDeadline == .zero + .seconds(102))
        #expect(effects(&monitor, at: 102) == [])
        #expect(monitor.nextDeadline == .zero + .seconds(160))
        // An answer to the round before is no news.
        #expect(effects(&monitor, at: 160) == ["probe 1"])
        monitor.heard(one, at: .zero + .seconds(160.5))
        #expect(effects(&monitor, at: 162) == [])
        // A user who does something is.
        monitor.heard(one, at: .zero + .seconds(200))
        #expect(effects(&monitor, at: 220) == [])
        #expect(effects(&monitor, at: 280) == ["probe 1"])
    }

    @Test func aLineThatGoesDownJudgesNobody() {
        var monitor = LineAwareMonitor<Int>(policy)
        _ = monitor.start(1, at: .zero)
        monitor.line(isUp: true, at: .zero + .seconds(100))
        #expect(effects(&monitor, at: 100) == ["probe 1"])
        monitor.line(isUp: false, at: .zero + .seconds(101))
        #expect(effects(&monitor, at: 110) == [])
        // Up again within the interval: no new round before it is over.
        monitor.line(isUp: true, at: .zero + .seconds(120))
        #expect(effects(&monitor, at: 120) == [])
        #expect(effects(&monitor, at: 160) == ["probe 1"])
    }
}
