import Faults
import Sessions
import Testing
import Time

@testable import Measurement

/// A storm of one session, told right, then told wrong in one thing after another.
@Suite struct StressJudgeTests {
    private static let rules = StressRules(
        sessionLimit: 2, userLimit: 1, earliest: .seconds(5), latest: .seconds(7), handshake: .seconds(5))
    private static let address = "198.18.0.1:5000"

    private static func belief(
        _ seconds: Double, _ from: SessionState, _ to: SessionState, _ reason: ChangeReason, session: UInt32 = 1,
        user: String? = "ada", address: String = address, station: String = "rdp-tcp#1"
    ) -> SessionEvent {
        SessionEvent(
            t: .zero + .seconds(seconds), session: SessionID(rawValue: session), station: station, user: user,
            client: "WS00001", address: address, from: from, to: to, reason: reason)
    }

    private static func truth(_ seconds: Double, _ event: TruthEvent.Kind, _ fault: Fault? = nil, _ detail: String? = nil) -> TruthEvent {
        TruthEvent(
            t: .zero + .seconds(seconds), event: event, client: "WS00001", user: "ada", address: address, session: 1,
            fault: fault, detail: detail)
    }

    private static let logon = [
        belief(1, .idle, .connected, .connected, user: nil), belief(1.1, .connected, .active, .logon),
    ]
    private static let begun = [truth(1, .starting), truth(1.2, .loggedOn)]

    private static func rules(
        _ truth: [TruthEvent], _ beliefs: [SessionEvent], _ state: SessionState?, end: Double = 40
    ) -> Set<StressFinding.Rule> {
        let listed = state.map {
            [StressJudge.Listed(session: SessionID(rawValue: 1), state: $0, user: "ada", address: address)]
        }
        let judge = StressJudge(
            rules: rules, truth: truth, beliefs: beliefs, listed: listed ?? [], end: .zero + .seconds(end))
        return Set(judge.findings.map(\.rule))
    }

    @Test func aWellClientAndOneFoundInTimeHold() {
        #expect(Self.rules(Self.begun, Self.logon, .active) == [])
        let found = Self.logon + [Self.belief(16, .active, .disconnected, .heartbeatMissed)]
        #expect(Self.rules(Self.begun + [Self.truth(10, .struck, .hang, "0s")], found, .disconnected) == [])
    }

    @Test func anOrphanMustBeFoundInTime() {
        let struck = Self.begun + [Self.truth(10, .struck, .powerOff, "0s")]
        #expect(Self.rules(struck, Self.logon, .active) == [.orphan])
        let late = Self.logon + [Self.belief(19, .active, .disconnected, .heartbeatMissed)]
        #expect(Self.rules(struck, late, .disconnected) == [.orphan])
    }

    @Test func whatStruckAnEarlierConnectionFromTheSamePortIsPast() {
        let first = Self.logon + [Self.belief(12, .active, .disconnected, .heartbeatMissed)]
        let second = [
            Self.belief(50, .idle, .connected, .connected, session: 2, user: nil, station: "rdp-tcp#2"),
            Self.belief(50.1, .connected, .down, .resumed, session: 2, user: nil, station: "rdp-tcp#2"),
            Self.belief(50.1, .disconnected, .active, .resumed, station: "rdp-tcp#2"),
        ]
        let truth = Self.begun + [Self.truth(10, .struck, .powerOff, "0s"), Self.truth(50, .starting), Self.truth(50.2, .resumed)]
        #expect(Self.rules(truth, first + second, .active, end: 90) == [])
        #expect(Self.rules(truth + [Self.truth(60, .struck, .hang, "0s")], first + second, .active, end: 90) == [.orphan])
    }

    /// An outage is an excuse only where it, and the repeats that follow it, last as long as the policy needs: no less.
    @Test func aShortOutageExcusesNobody() {
        let lost = Self.logon + [Self.belief(16, .active, .disconnected, .heartbeatMissed)]
        let needed = Self.rules.earliest - .milliseconds(500)
        for (lasting, found) in [
            (needed / 2 - .milliseconds(10), Set([StressFinding.Rule.falseDisconnect])), (needed / 2 + .milliseconds(10), []),
        ] {
            let detail = "\(lasting.nanoseconds / 1_000_000)ms"
            #expect(Self.rules(Self.begun + [Self.truth(10, .struck, .linkCut, detail)], lost, .disconnected) == found, "\(detail)")
        }
    }

    @Test func eachTransportHasItsOwnAccount() {
        let spx = [
            Self.belief(3, .idle, .connected, .connected, session: 2, user: nil, address: "x/9", station: "rdp-spx#2"),
            Self.belief(3.1, .connected, .active, .logon, session: 2, user: "bob", address: "x/9", station: "rdp-spx#2"),
        ]
        let found = Self.logon + spx + [Self.belief(16, .active, .disconnected, .heartbeatMissed)]
        let judge = StressJudge(
            rules: Self.rules, truth: Self.begun + [Self.truth(10, .struck, .hang, "0s")], beliefs: found, listed: [],
            end: .zero + .seconds(40))
        var tcp = StressPassage()
        (tcp.sessions, tcp.orphans, tcp.slowestDetectionSeconds) = (1, 1, 6)
        var other = StressPassage()
        other.sessions = 1
        #expect(judge.transports == ["tcp": tcp, "spx": other])
    }

    @Test func aSessionIsNotTakenWithoutACause() {
        let taken = Self.logon + [Self.belief(16, .active, .disconnected, .heartbeatMissed)]
        #expect(Self.rules(Self.begun, taken, .disconnected) == [.falseDisconnect])
        let short = Self.begun + [Self.truth(11, .struck, .freeze, "1s"), Self.truth(12, .healed, .freeze)]
        #expect(Self.rules(short, taken, .disconnected) == [.falseDisconnect])
        let long = Self.begun + [Self.truth(10.5, .struck, .linkCut, "8s"), Self.truth(18.5, .healed, .linkCut)]
        #expect(Self.rules(long, taken, .disconnected) == [])
        // A hang cannot make a kernel say goodbye.
        let wrong = Self.logon + [Self.belief(16, .active, .disconnected, .clientDisconnected)]
        #expect(Self.rules(Self.begun + [Self.truth(10, .struck, .hang, "0s")], wrong, .disconnected) == [.falseDisconnect])
    }

    @Test func sessionsAreNeitherLostNorTwice() {
        #expect(Self.rules(Self.begun, Self.logon, nil) == [.sessions])
        #expect(Self.rules([], Self.logon, .disconnected) == [.disagreement, .orphan])
        let leap = [Self.belief(1.1, .connected, .active, .logon)]
        #expect(Self.rules(Self.begun, leap, .active) == [.sessions])
        let gone = Self.logon + [Self.belief(9, .active, .down, .peerReset)]
        #expect(Self.rules(Self.begun + [Self.truth(8, .struck, .kill, "0s")], gone, nil) == [.sessions])
        let left = Self.logon + [Self.belief(9, .active, .down, .logoff)]
        #expect(Self.rules(Self.begun + [Self.truth(8, .struck, .logoff, "0s")], left, nil) == [])
    }

    @Test func nobodyIsGivenAnothersSessionOrKeptFromHis() {
        let left = Self.logon + [Self.belief(9, .active, .disconnected, .clientDisconnected)]
        let stolen =
            left + [
                Self.belief(10, .idle, .connected, .connected, session: 2, user: nil, address: "b", station: "rdp-tcp#2"),
                Self.belief(10.1, .connected, .down, .resumed, session: 2, user: nil, address: "b", station: "rdp-tcp#2"),
                Self.belief(10.1, .disconnected, .active, .resumed, user: "bob", address: "b", station: "rdp-tcp#2"),
            ]
        #expect(StressReplay(stolen, rules: Self.rules).findings.map(\.rule) == [.state])
        let kept =
            left + [
                Self.belief(10, .idle, .connected, .connected, session: 2, user: nil, address: "b", station: "rdp-tcp#2"),
                Self.belief(10.1, .connected, .active, .logon, session: 2, address: "b", station: "rdp-tcp#2"),
            ]
        #expect(StressReplay(kept, rules: Self.rules).findings.map(\.rule) == [.state, .limits])
        #expect(Self.rules(Self.begun + [Self.truth(2, .altered, nil, "x")], Self.logon, .active) == [.state])
    }

    @Test func limitsCountAndExcuse() {
        let three = (1...3 as ClosedRange<UInt32>).map {
            Self.belief(1, .idle, .connected, .connected, session: $0, user: nil, address: "\($0)", station: "rdp-tcp#\($0)")
        }
        // Whoever has not logged on takes nobody's place.
        #expect(StressReplay(three, rules: Self.rules).findings.isEmpty)
        let active = (1...3 as ClosedRange<UInt32>).map {
            Self.belief(1.1, .connected, .active, .logon, session: $0, user: "user\($0)", address: "\($0)", station: "rdp-tcp#\($0)")
        }
        #expect(StressReplay(three + active.prefix(2), rules: Self.rules).findings.isEmpty)
        #expect(StressReplay(three + active, rules: Self.rules).findings.map(\.rule) == [.limits])
        // Refused while he has the one session that he may have, and with room for him.
        let refused = TruthEvent(t: .zero + .seconds(20), event: .refused, client: "WS2", user: "ada", address: "x")
        let newcomer = TruthEvent(t: .zero + .seconds(20), event: .refused, client: "WS3", user: "bob", address: "y")
        #expect(Self.rules(Self.begun + [refused], Self.logon, .active) == [])
        #expect(Self.rules(Self.begun + [newcomer], Self.logon, .active) == [.falseDisconnect])
    }
}
