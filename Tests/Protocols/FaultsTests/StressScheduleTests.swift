import Faults
import Testing
import Time

@Suite struct StressScheduleTests {
    private static func schedule(_ seed: UInt64, clients: Int = 20) -> StressSchedule {
        StressSchedule(seed: seed, clients: clients, length: .seconds(120), timeout: .seconds(7))
    }

    @Test func aSeedAlwaysGivesTheSame() {
        #expect(Self.schedule(7) == Self.schedule(7))
        #expect(Self.schedule(7) != Self.schedule(8))
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func everythingHappensInOrderAndInTime(seed: UInt64) {
        let actions = Self.schedule(seed).actions
        #expect(actions.map(\.at) == actions.map(\.at).sorted())
        #expect(actions.allSatisfy { $0.at < .seconds(120) })
        for fault in Fault.allCases {
            #expect(actions.contains { if case .fault(fault, _) = $0.verb { true } else { false } }, "\(fault)")
        }
        for verb in [StressAction.Verb.logon, .type, .flood, .quit] { #expect(actions.contains { $0.verb == verb }) }
    }

    /// Outages are short enough that nobody may notice, or long enough that everybody must and the user gives up.
    @Test func outagesAreShortOrLong() {
        let actions = Self.schedule(3).actions
        for (index, action) in actions.enumerated() {
            guard case .fault(let fault, let lasting) = action.verb, fault.heals else { continue }
            if lasting > .milliseconds(1_400) {
                #expect(lasting > .seconds(7))
                let next = actions[(index + 1)...].first { $0.workstation == action.workstation }
                #expect(next.map { $0.verb == .quit && $0.at >= action.end } ?? true)
            }
        }
    }

    @Test func aGustStrikesManyAtOnce() {
        let moments = Dictionary(grouping: Self.schedule(1, clients: 200).actions.filter { $0.verb != .logon }, by: \.at)
        #expect(moments.values.contains { $0.count > 30 })
    }

    @Test func whatItWritesReadsBack() throws {
        let schedule = Self.schedule(2)
        #expect(try StressSchedule(parsing: "# seed 2\n\n\(schedule)") == schedule)
        #expect(try StressSchedule(parsing: "5ms 3 quit\n0s 3 logon\n5ms 3 type").actions.map(\.verb) == [.logon, .quit, .type])
    }

    @Test(arguments: ["1s 7", "x 7 logon", "1s -1 logon", "1s 7 dance", "1s 7 logon 2s", "1s 7 freeze", "1s 7 freeze x", "1s 70000 type"])
    func refuses(line: String) {
        #expect(throws: StressTextError(line: line)) { try StressSchedule(parsing: line) }
    }

    @Test func aPrefixIsTheBeginning() {
        let schedule = Self.schedule(4)
        #expect(schedule.prefix(10).actions == Array(schedule.actions[..<10]))
        #expect(schedule.prefix(0).length == .zero)
    }
}
