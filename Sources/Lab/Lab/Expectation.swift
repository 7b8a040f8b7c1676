import Faults
import Foundation
import Liveness
import NBF
import SPX
import Time
import Transport

/// What a policy leads to when a fault strikes.
///
/// The bounds are the policies' own: TCP keepalive gives up after time + interval x count (tcp(7)), a heartbeat after
/// interval x misses and the last answer's timeout, SPX after KeepAliveTimeout x (KeepAliveCount + 1) (Q99745), NetBEUI
/// after Ti + T1 x LlcRetries (resource kit, Services\Nbf; 802.2, 7.8). A second is allowed for everything that is not the policy.
enum Expectation {
    /// Not by the horizon, and whoever comes back is kept out.
    case never
    /// Within so many seconds.
    case within(Double)
    /// Not before the user comes back, and then in the same logon.
    case onReturn
    case unclaimed

    private static let grace = 1.0

    init(_ plan: CellPlan, horizon: Duration) {
        self =
            switch (plan.isBusy, plan.transport) {
            case (true, .tcp): Self.busyTCP(plan)
            case (false, .tcp): Self.idleTCP(plan)
            case (false, .spx), (false, .nbf): Self.idleDatagrams(plan)
            case (true, .spx), (true, .nbf): .unclaimed
            }
        // What is asked over a line waits until that is dialled, and behind what else there is to send.
        if case .within(let bound) = self, let line = plan.line {
            self = .within(bound + ((line.dial?.setup ?? .zero) + line.delay * 2).inSeconds + Self.grace)
        }
        // Users who come back before the policy is through are kept out and spoil the picture.
        if case .within(let bound) = self, bound > (horizon - plan.returnBeforeHorizon).inSeconds { self = .unclaimed }
    }

    // MARK: TCP

    /// With output pending the kernel of a server finds a dead machine by itself. The window of a hung client, though,
    /// closes within seconds, and its kernel answers the probes of it for ever (RFC 9293, 3.8.6.1).
    private static func busyTCP(_ plan: CellPlan) -> Expectation {
        switch (plan.fault, plan.policy) {
        case (.kill, _): .within(grace)
        case (.powerOff, .none): .within(retransmissionLimit + grace)
        case (.hang, .none), (.hang, .tcpKeepalive): .never
        case (.hang, .tcpUserTimeout(let timeout)), (.powerOff, .tcpUserTimeout(let timeout)):
            .within(timeout.inSeconds + windowFills + grace)
        case (.hang, .heartbeat): asked(plan) ?? .unclaimed
        default: .unclaimed
        }
    }

    /// How long a busy session may take to fill a client's small window, on a machine that draws for all of them.
    private static let windowFills = 2.0

    private static func idleTCP(_ plan: CellPlan) -> Expectation {
        switch (plan.fault, plan.policy) {
        case (.kill, _): .within(grace)
        case (.powerOff, .none), (.reboot, .none), (.hang, .none), (.hang, .tcpKeepalive): .never
        // The clock's updates are small: a hung client's kernel takes them for longer than any horizon here.
        case (.hang, .clock): .never
        case (.powerOff, .tcpKeepalive(let keepalive)):
            .within((keepalive.time + keepalive.interval * keepalive.count).inSeconds + grace)
        case (.reboot, .tcpKeepalive(let keepalive)):
            // The first probe after the machine is back is answered by a reset.
            .within(max(keepalive.time, ReproductionPlan.lasting + keepalive.interval).inSeconds + grace)
        case (.powerOff, .clock(let interval)), (.reboot, .clock(let interval)):
            .within(interval.inSeconds + retransmissionLimit + grace)
        default: asked(plan) ?? .unclaimed
        }
    }

    /// How long the kernel repeats a segment before it gives up, with a round trip far below its least timeout: Linux's
    /// TCP_RTO_MIN of 200 ms (include/net/tcp.h; RFC 6298, 2.4, asks for 1 s), doubled for each of the retransmissions (RFC
    /// 6298, 5.5; tcp(7), tcp_retries2) and once more to hear nothing. Its timer may run late by an eighth (timer wheel).
    private static let retransmissionLimit = 0.2 * (pow(2, Double(ReproductionPlan.dataRetransmissions) + 1) - 1) * 1.125

    // MARK: SPX and NetBEUI

    /// A watchdog is there under every policy, and finds a machine that says nothing. A driver that lives while its
    /// program hangs answers it for ever.
    private static func idleDatagrams(_ plan: CellPlan) -> Expectation {
        switch (plan.fault, asked(plan)) {
        case (.kill, _): .within(grace)
        case (.powerOff, .within(let bound)?): .within(min(bound, watchdogBound(plan)))
        case (.powerOff, _): .within(watchdogBound(plan))
        case (.reboot, let asked):
            // A rebooted NetBEUI answers the first poll with DM, SPX drops every probe without a word.
            if case .within(let bound)? = asked { .within(min(bound, rebootBound(plan))) } else { .within(rebootBound(plan)) }
        case (.hang, let asked?): asked
        case (.hang, nil): .never
        default: .unclaimed
        }
    }

    private static func watchdogBound(_ plan: CellPlan) -> Double {
        let bound =
            plan.transport == .spx
            ? SPXParameters(plan.policy.transport).watchdogBound : NBFParameters(plan.policy.transport).watchdogBound
        return bound.inSeconds + grace
    }

    private static func rebootBound(_ plan: CellPlan) -> Double {
        guard plan.transport == .nbf else { return watchdogBound(plan) }
        return (NBFParameters(plan.policy.transport).ti + ReproductionPlan.lasting).inSeconds + grace
    }

    // MARK: Whoever asks the client program

    /// What a policy leads to that asks the program itself, which neither a dead machine nor a hung program answers; nil
    /// for the others.
    private static func asked(_ plan: CellPlan) -> Expectation? {
        guard [.powerOff, .hang, .reboot].contains(plan.fault) else { return nil }
        switch plan.policy {
        case .heartbeat(let heartbeat):
            return .within((heartbeat.interval * heartbeat.misses + heartbeat.timeout).inSeconds + grace)
        case .adaptive(let detector): return .within(detector.initialTimeout.inSeconds + grace)
        case .challenge where plan.fault != .reboot: return .onReturn
        default: return nil
        }
    }
}
