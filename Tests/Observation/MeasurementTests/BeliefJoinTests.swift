import Contracts
import Faults
import Measurement
import Sessions
import Testing
import Time

/// Truth and belief on one page, and by hand what they come to.
@Suite struct BeliefJoinTests {
    private func at(_ seconds: Double) -> MonotonicTime { .zero + .seconds(seconds) }

    private func truth(_ seconds: Double, _ event: TruthEvent.Kind, _ client: Int? = nil, fault: Fault? = nil) -> TruthEvent {
        TruthEvent(t: at(seconds), event: event, address: client.map(address), fault: fault)
    }

    private func address(_ client: Int) -> String { "198.18.0.\(client):4000" }

    private func belief(
        _ seconds: Double, _ client: Int, _ from: SessionState, _ to: SessionState, _ reason: ChangeReason
    ) -> SessionEvent {
        SessionEvent(
            t: at(seconds), session: SessionID(rawValue: UInt32(client)), station: nil, user: nil, client: nil,
            address: address(client), from: from, to: to, reason: reason)
    }

    private func left(_ seconds: Double, _ client: Int, _ reason: ChangeReason = .timedOut) -> SessionEvent {
        belief(seconds, client, .active, .disconnected, reason)
    }

    /// Five clients log on; at 10 s the first three are struck. The horizon is 20 s.
    private func join(_ beliefs: [SessionEvent], more: [TruthEvent] = [], fault: Fault = .powerOff, end: Double = 40) -> BeliefJoin {
        let logons = (1...5).map { truth(1, .loggedOn, $0) }
        let struck = (1...3).map { truth(10, .struck, $0, fault: fault) }
        return BeliefJoin(truth: logons + struck + more, beliefs: beliefs, fault: fault, horizon: .seconds(20), end: at(end))
    }

    @Test func whoIsNeverFoundIsAnOrphanToTheHorizon() {
        let join = join([])
        #expect(join.losses.count == 3 && join.detections.isEmpty && join.orphansAtHorizon == 3)
        #expect(join.orphanSeconds == 60)
        #expect(join.healthy == 2 && join.falseDisconnects == 0)
        #expect(join.orphansOverTime == [CellResult.OrphanCount(seconds: 0, count: 3)])
    }

    @Test func whoIsFoundAfterTheHorizonIsCensored() {
        let join = join([left(14, 1), left(30, 2), left(30.5, 3)])
        #expect(join.detections == [4, 20] && join.orphansAtHorizon == 1)
        #expect(join.orphanSeconds == 4 + 20 + 20)
        #expect(join.detectionReasons == ["timed-out": 2])
        #expect(join.falseDisconnects == 0, "late is not false")
        #expect(
            join.orphansOverTime == [
                .init(seconds: 0, count: 3), .init(seconds: 4, count: 2), .init(seconds: 20, count: 1),
            ])
    }

    @Test func whatComesAfterTheEndDoesNotCount() {
        let join = join([left(14, 1), left(26, 2)], more: [truth(26, .returning), truth(26, .failed)], end: 25)
        #expect(join.detections == [4] && join.reconnects.attempted == 0 && join.failures == 0)
    }

    @Test func aWellClientThatLosesItsSessionIsAFalseDisconnect() {
        #expect(join([left(12, 4), left(13, 5)]).falseDisconnects == 2)
        // Taken for dead before anything struck it.
        let early = join([left(9, 1)])
        #expect(early.falseDisconnects == 1 && early.losses[0].known == nil)
        // Ended with everything in it: no less wrong.
        #expect(join([belief(12, 4, .active, .down, .heartbeatMissed)]).falseDisconnects == 1)
    }

    @Test func aClientThatHealsWasNeverGone() {
        for fault in [Fault.freeze, .linkCut] {
            let join = join([left(14, 1)], fault: fault)
            #expect(join.falseDisconnects == 1 && join.orphansAtHorizon == 0 && join.orphanSeconds == 0, "\(fault)")
            #expect(join.orphansOverTime.isEmpty)
        }
    }

    @Test(arguments: [ChangeReason.shutdown, .administratorDisconnected, .administratorReset, .administratorLogoff])
    func whatSomebodyOrderedIsNoMistakeOfAPolicys(reason: ChangeReason) {
        #expect(join([left(12, 4, reason)]).falseDisconnects == 0)
    }

    /// The polite ways: struck, but nobody's orphan.
    @Test(arguments: [Fault.disconnect, .logoff])
    func whoSaysGoodbyeIsNoOrphan(fault: Fault) {
        let join = join([left(10, 1, .clientDisconnected)], fault: fault)
        #expect(join.detections == [0] && join.orphansAtHorizon == 0 && join.orphanSeconds == 0 && join.falseDisconnects == 0)
    }

    @Test func onlyTheFirstEndOfAConnectionCounts() {
        let join = join([left(14, 1), belief(15, 1, .disconnected, .active, .resumed), left(29, 1, .peerClosed)])
        #expect(join.detections == [4] && join.detectionReasons == ["timed-out": 1])
    }

    @Test func theReconnectsAreCountedAsTheTruthHasThem() {
        let kinds: [TruthEvent.Kind] = [.returning, .returning, .returning, .returning, .resumed, .blocked, .refused, .altered, .failed]
        let join = join([], more: kinds.map { truth(25, $0) })
        #expect(join.reconnects.attempted == 4 && join.reconnects.resumed == 1 && join.reconnects.blocked == 1)
        #expect(join.reconnects.refused == 1 && join.reconnects.altered == 1 && join.failures == 1)
    }

    @Test func theActiveTimeIsTheSumOverSessions() {
        let logons = (1...3).map { belief(Double($0), $0, .connected, .active, .logon) }
        // 1 to 14; 2 to the end at 40; 3 to 10 and 20 to 40.
        let join = join(logons + [left(14, 1), left(10, 3), belief(20, 3, .disconnected, .active, .resumed)])
        #expect(join.activeTime == .seconds(13 + 38 + 7 + 20))
    }

    @Test func theKernelsWordIsHeldAgainstEachDetection() {
        let join = join([left(14, 1), left(15, 2)])
        var ends = ConnectionEnds()
        ends.add(address(1), at: at(2))  // An earlier connection from the same port.
        ends.add(address(1), at: at(14.02))
        // A socket that its program reset has forgotten its peer's port.
        ends.add("198.18.0.2:0", at: at(14.97))
        ends.add(address(3), at: at(16))
        let witness = join.witness(ends)
        #expect(witness.matched == 2 && abs(witness.largestDifference - 0.03) < 1e-9)
        #expect(join.witness(ConnectionEnds()).matched == 0)
    }

    @Test func whereNobodySaysWhatHeBelievesTheKernelsWordStandsForIt() {
        let logons = (1...5).map { truth(1, .loggedOn, $0) }
        let struck = (1...3).map { truth(10, .struck, $0, fault: .powerOff) }
        var ends = ConnectionEnds()
        ends.add(address(1), at: at(14))
        ends.add("198.18.0.2:0", at: at(16))
        // A well one is lost; another goes only with the run.
        ends.add(address(4), at: at(20))
        ends.add(address(5), at: at(41))
        let join = BeliefJoin(truth: logons + struck, ends: ends, fault: .powerOff, horizon: .seconds(20), end: at(40))
        #expect(join.detections == [4, 6] && join.orphansAtHorizon == 1 && join.falseDisconnects == 1)
        #expect(join.orphanSeconds == 4 + 6 + 20 && join.detectionReasons.isEmpty)
        #expect(join.activeTime == .seconds(13 + 15 + 39 + 19 + 39))
    }
}
