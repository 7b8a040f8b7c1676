import Faults
@testable import Lab
import Liveness
import Testing
import Time
import Transport

/// What is claimed, against what the protocols' documents say of each case, by hand.
@Suite struct ExpectationTests {
    private static func of(
        _ fault: Fault, _ policy: String, _ transport: TransportKind = .tcp, isBusy: Bool = false, horizon: Duration = .seconds(86_400)
    ) throws -> Lab.Expectation {
        Lab.Expectation(
            CellPlan(
                transport: transport, policy: try LivenessPolicy(parsing: policy), fault: fault, isBusy: isBusy, faulted: 1, healthy: 1),
            horizon: horizon)
    }

    private static let keepalive = "tcp-keepalive:time=10s,interval=2s,count=3"
    private static let heartbeat = "heartbeat:interval=3s,misses=3"

    @Test(arguments: [
        // Q187049: a server with nothing to send never finds out, and a kernel answers for its hung program.
        (Fault.powerOff, "none", Lab.Expectation.never), (.reboot, "none", .never), (.hang, "none", .never), (.hang, keepalive, .never),
        // The updates are small, and a kernel takes them for its program.
        (.hang, "clock:interval=10s", .never),
        // Nothing is sent, so nothing waits for an acknowledgement.
        (.powerOff, "tcp-user-timeout", .never), (.hang, "tcp-user-timeout", .never),
        // 10 + 2 x 3, and a second; the first probe after three seconds of darkness is reset.
        (.powerOff, keepalive, .within(17)), (.reboot, keepalive, .within(11)),
        // 10 + 2 x ceil((13 - 10) / 2).
        (.powerOff, keepalive + "+tcp-user-timeout:timeout=13s", .within(15)),
        // 3 x 3 + 0.8.
        (.powerOff, heartbeat, .within(10.8)), (.hang, heartbeat, .within(10.8)), (.hang, keepalive + "+" + heartbeat, .within(10.8)),
        // 10 + 0.2 x (2^6 - 1) x 9/8.
        (.powerOff, "clock:interval=10s", .within(25.175)), (.reboot, "clock:interval=10s", .within(25.175)),
        (.powerOff, "challenge", .onReturn), (.hang, "challenge", .onReturn), (.kill, "none", .within(1)), (.kill, heartbeat, .within(1)),
        (.disconnect, "none", .told(1)), (.logoff, keepalive, .told(1)), (.linkCut, "none", .kept), (.freeze, heartbeat, .kept),
    ])
    func overTCPWithIdleSessions(fault: Fault, policy: String, expected: Lab.Expectation) throws {
        #expect(try Self.of(fault, policy) == expected)
    }

    @Test(arguments: [
        // Data in flight is repeated for 0.2 x (2^6 - 1) x 9/8 s; keepalive's timer rests.
        (Fault.powerOff, "none", Lab.Expectation.within(15.175)), (.powerOff, keepalive, .within(15.175)),
        (.reboot, "none", .within(15.175)),
        // RFC 9293, 3.8.6.1: probes of a closed window are answered for ever.
        (.hang, "none", .never), (.hang, keepalive, .never), (.hang, "tcp-user-timeout:timeout=10s", .within(13)),
        (.powerOff, "tcp-user-timeout:timeout=30s", .within(32)), (.hang, heartbeat, .within(10.8)), (.hang, "challenge", .onReturn),
    ])
    func overTCPWithBusySessions(fault: Fault, policy: String, expected: Lab.Expectation) throws {
        #expect(try Self.of(fault, policy, isBusy: true) == expected)
    }

    @Test(arguments: [
        // 6 x (8 + 1) (Q99745); 30 + 0.6 x 8 (Q135360). A rebooted SPX says nothing, a rebooted NetBEUI resets the first poll.
        (TransportKind.spx, Fault.powerOff, "none", Lab.Expectation.within(55)), (.spx, .reboot, "none", .within(55)),
        (.nbf, .powerOff, "none", .within(35.8)), (.nbf, .reboot, "none", .within(34)),
        (.spx, .powerOff, "spx-watchdog:timeout=2s,count=3", .within(9)), (.spx, .hang, "none", .never), (.nbf, .hang, "none", .never),
        (.spx, .hang, heartbeat, .within(10.8)), (.nbf, .powerOff, heartbeat, .within(10.8)), (.nbf, .freeze, "none", .kept),
        (.spx, .hang, "challenge", .onReturn), (.nbf, .kill, "none", .within(1)),
    ])
    func overTheOthers(transport: TransportKind, fault: Fault, policy: String, expected: Lab.Expectation) throws {
        #expect(try Self.of(fault, policy, transport) == expected)
    }

    /// Nothing is left out without a reason: every fault with every rule over every transport that can carry it out.
    @Test func everyCombinationIsClaimedOrListed() {
        let entries = ExpectationTable.entries
        for transport in TransportKind.allCases {
            for rule in LivenessPolicy.known where rule.transports?.contains(transport.rawValue) ?? true {
                for fault in Fault.allCases {
                    let own = entries.filter { $0.transport == transport && $0.fault == fault && $0.policy.name == rule.name }
                    #expect(own.map(\.isBusy) == [false, true], "\(fault.rawValue) with \(rule.name) over \(transport.rawValue)")
                }
            }
            for rule in LivenessPolicy.known {
                for name in rule.transports ?? [] { #expect(TransportKind(rawValue: name) != nil, "\(rule.name) is for no '\(name)'") }
            }
        }
        for entry in entries { if case .unclaimed(let reason) = entry.expectation { #expect(reason.count > 20) } }
    }

    @Test func whatTakesTooLongIsNotClaimed() throws {
        guard case .unclaimed(let reason) = try Self.of(.powerOff, "tcp-keepalive", horizon: .seconds(65)) else {
            return #expect(Bool(false), "claimed")
        }
        #expect(reason.contains("7206 s"))
        guard case .unclaimed = try Self.of(.powerOff, "tcp-keepalive", .spx) else { return #expect(Bool(false), "claimed") }
    }
}
