import Contracts
import Faults
import Liveness
import Testing
import Time

@testable import Lab

@Suite struct ClaimsTests {
    private static let keepalive = LivenessPolicy.tcpKeepalive(TCPKeepalive(time: .seconds(10), interval: .seconds(2), count: 3))

    private func claims(horizon: Duration, usersReturn: Bool = true, ending: RunEnding = .complete) -> Claims {
        var plan = CellPlan(policy: Self.keepalive, fault: .powerOff, faulted: 10, healthy: 2)
        plan.usersReturn = usersReturn
        return Claims([(plan, .fixture("tcp-keepalive", parameters: Self.keepalive.description))], horizon: horizon, ending: ending)
    }

    @Test func aHorizonTooShortForThePolicyLeavesItsClaimsUntestedAndSaysSo() {
        // Keepalive may take 16 s and a second; users come back 9 s before the horizon.
        let (short, long) = (claims(horizon: .seconds(20)), claims(horizon: .seconds(40)))
        #expect(long.untested.isEmpty)
        #expect(short.untested.count == 2 && short.list.count == long.list.count - 2)
        #expect(short.untested.allSatisfy { $0.reason.contains("17 s") && $0.reason.contains("11 s") })
    }

    @Test func usersWhoDoNotComeBackAreNotClaimedOf() {
        let claims = claims(horizon: .seconds(40), usersReturn: false)
        #expect(claims.untested.count == 1 && claims.untested[0].reason.contains("do not come back"))
        #expect(!claims.list.contains { $0.text.contains("every user") })
    }

    @Test(arguments: [RunEnding.interrupted, .failed]) func aRunThatDidNotComeToItsEndTestsNothing(ending: RunEnding) {
        let claims = claims(horizon: .seconds(40), ending: ending)
        #expect(claims.list.isEmpty && claims.untested.count == self.claims(horizon: .seconds(40)).list.count)
    }

    @Test func theUsersReturnIsAnOption() {
        var plan = ReproductionPlan(horizon: .seconds(60), transports: [.tcp], policies: [.none], faults: [.powerOff, .linkCut])
        #expect(plan.cells.map { $0.returnAfter(horizon: .seconds(60)) } == [.seconds(51), nil])
        plan.userReturn = .after(.seconds(20))
        #expect(plan.cells[0].returnAfter(horizon: .seconds(60)) == .seconds(20))
        plan.userReturn = .never
        #expect(plan.cells[0].returnAfter(horizon: .seconds(60)) == nil && plan.cells[0].returnBeforeHorizon == .zero)
    }

    @Test func exitCodesByWhatEndedTheRun() {
        func code(_ ending: RunEnding, lost: [String] = [], isShown: Bool = true) -> Int32 {
            var end = RunEnd()
            (end.ending, end.lost) = (ending, lost)
            return end.exitCode(isShown: isShown)
        }
        #expect(code(.complete) == 0 && code(.complete, isShown: false) == 1 && code(.failed) == 1)
        #expect(code(.complete, lost: ["x"]) == 2 && code(.failed, lost: ["x"]) == 2)
        #expect(code(.interrupted, lost: ["x"]) == 130 && code(.interrupted) == 130)
    }
}
