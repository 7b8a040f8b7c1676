import Faults
import Foundation
import Liveness
import Time
import Transport

/// What a policy leads to when a fault strikes.
///
/// Nothing here knows a fault, a policy or a transport by name: what befell the client follows from the fault's traits, what
/// that leads to from what each rule and the transport say of themselves. The bounds are theirs; a second is allowed for
/// everything that is not the policy.
enum Expectation: Equatable {
    /// Not by the horizon, and whoever comes back is kept out.
    case never
    /// Within so many seconds, and whoever comes back has his session.
    case within(Double)
    /// Not before the user comes back, and then in the same logon.
    case onReturn
    /// The client says so itself: within so many seconds, and nobody comes back.
    case told(Double)
    /// The client is back before anybody can have noticed: nobody loses his session.
    case kept
    /// Nothing is claimed, and why.
    case unclaimed(String)

    private static let grace = 1.0

    init(_ plan: CellPlan, horizon: Duration) {
        self = Self.physics(plan)
        let latest: Double
        switch self {
        case .within(let bound), .told(let bound): latest = bound
        case .never, .onReturn, .kept, .unclaimed: return
        }
        // What is asked over a line waits until that is dialled, and behind what else there is to send.
        let bound = latest + (plan.line.map { (($0.dial?.setup ?? .zero) + $0.delay * 2).inSeconds + Self.grace } ?? 0)
        if case .told = self {
            self = .told(bound)
        } else if bound > (horizon - plan.returnBeforeHorizon).inSeconds {
            // Users who come back before the policy is through are kept out and spoil the picture.
            self = .unclaimed("it may take \(Int(bound.rounded(.up))) s, longer than the run waits before users come back")
        } else {
            self = .within(bound)
        }
    }

    private static func physics(_ plan: CellPlan) -> Expectation {
        guard plan.policy.isKnown(to: plan.transport.rawValue) else {
            return .unclaimed("\(plan.policy.name) is no part of \(plan.transport.rawValue)")
        }
        let situation = Situation(plan)
        switch plan.fault.traits.farewell {
        case .none: break
        case .closes, .disconnects, .logsOff:
            guard !plan.isBusy || plan.transport.isKernels else {
                return .unclaimed("what is said waits behind output that the driver repeats on timers that no formula here describes")
            }
            let read = plan.isBusy ? Situation.windowFills.inSeconds : 0
            return plan.fault.orphans ? .within(grace) : .told(grace + read)
        }
        let own = plan.transport.detection(of: situation, under: plan.policy)
        let policys = plan.policy.detection(of: situation)
        if plan.fault.heals { return healing(plan, own: own, policys: policys) }
        return switch own.or(policys) {
        case .never: .never
        case .within(let range): .within(range.upperBound.inSeconds + grace)
        case .onReturn: .onReturn
        case .unclaimed(let reason): .unclaimed(reason)
        }
    }

    /// What is data and was lost in an outage is sent again up to as long after it as it lasted, at doubling intervals; the
    /// probes of a transport's own watchdog come at even ones.
    private static func healing(_ plan: CellPlan, own: Detection, policys: Detection) -> Expectation {
        let outage = ReproductionPlan.lasting
        if plan.isBusy, case .within = policys {
            return .unclaimed("the answers of a busy session may be late already when the outage begins")
        }
        for (detection, gap) in [(own, plan.transport.isKernels ? outage * 2 : outage), (policys, outage * 2)] {
            switch detection {
            case .never, .onReturn: continue
            case .within(let range) where range.lowerBound >= gap: continue
            case .within(let range):
                let least = String(format: "%.1f", range.lowerBound.inSeconds)
                return .unclaimed("an outage of \(DurationText.format(outage)) is too near the \(least) s after which it is noticed")
            case .unclaimed(let reason): return .unclaimed(reason)
            }
        }
        return .kept
    }
}

extension Situation {
    /// What befell a cell's struck clients, as far as its server's machine can notice it.
    init(_ plan: CellPlan) {
        let kernel: Kernel =
            switch plan.fault.traits.kernel {
            case .acknowledges: .acknowledges
            case .silent: .silent
            case .forgets: plan.transport.traits.resetsUnknown ? .resets(after: ReproductionPlan.lasting) : .silent
            }
        self.init(
            kernel: kernel, programAnswers: plan.fault.traits.program == .keepsConnection && kernel == .acknowledges && !plan.fault.lasts,
            isBusy: plan.isBusy, windowFills: Self.windowFills, repeats: plan.line == nil ? Self.repeats : nil)
    }

    /// How long a busy session may take to fill a client's small window, on a machine that draws for all of them.
    fileprivate static let windowFills = Duration.seconds(2)

    /// How long the kernel repeats a segment before it gives up, with a round trip far below its least timeout: Linux's
    /// TCP_RTO_MIN of 200 ms (include/net/tcp.h; RFC 6298, 2.4, asks for 1 s), doubled for each of the retransmissions (RFC
    /// 6298, 5.5; tcp(7), tcp_retries2) and once more to hear nothing. Its timer may run late by an eighth (timer wheel).
    private static let repeats: ClosedRange<Duration> = {
        let least = Duration.milliseconds(200 * ((1 << (ReproductionPlan.dataRetransmissions + 1)) - 1))
        return least...(least * 9 / 8)
    }()
}
