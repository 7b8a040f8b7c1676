import Contracts
import Faults
import Sessions
import Time

/// What the truth and the server's belief of one cell, held against each other, come to.
///
/// A client's connection is known to both sides by its address and port: the truth says when its client was struck, the
/// belief when its session left Active.
public struct BeliefJoin {
    /// One struck client.
    public struct Loss: Equatable, Sendable {
        public var address: String
        public var struck: MonotonicTime
        /// When the server knew; nil if it did not by the horizon.
        public var known: MonotonicTime?
        public var reason: ChangeReason?

        public var detectionTime: Duration? { known.map { $0 - struck } }
    }

    public private(set) var losses: [Loss] = []
    public private(set) var reconnects = CellResult.Reconnects()
    public private(set) var healthy = 0
    /// Sessions that left Active although their clients were well, by the reason the server had.
    public private(set) var falseDisconnectReasons: [String: Int] = [:]
    public var falseDisconnects: Int { falseDisconnectReasons.values.reduce(0, +) }
    public private(set) var failures = 0
    public private(set) var loggedOn = 0
    /// How long sessions were Active, all together, from the first to the end.
    public private(set) var activeTime: Duration = .zero
    public let fault: Fault
    public let horizon: Duration
    /// When the looking ended.
    public let end: MonotonicTime

    /// How the session of a connection left Active.
    private struct Ending {
        var t: MonotonicTime
        var reason: ChangeReason?
    }

    /// Joins the truth with what the server said.
    ///
    /// - Parameters:
    ///   - horizon: how long after its fault a client is looked at.
    ///   - end: when the looking ends; later events do not count.
    public init(
        truth: [TruthEvent], beliefs: [SessionEvent], fault: Fault, horizon: Duration, end: MonotonicTime
    ) {
        let beliefs = beliefs.filter { $0.t <= end }
        self.init(truth, Self.endings(beliefs), fault: fault, horizon: horizon, end: end)
        activeTime = Self.activeTime(beliefs, end: end)
    }

    /// Joins the truth with what the server's kernel said, for a server that does not say what it believes: a client
    /// counts as Active from its logging on until its connection's socket is gone. Why it went nobody tells.
    public init(truth: [TruthEvent], ends: ConnectionEnds, fault: Fault, horizon: Duration, end: MonotonicTime) {
        var endings: [String: Ending] = [:]
        var activeTime = Duration.zero
        for event in truth where event.event == .loggedOn && event.t <= end {
            guard let address = event.address else { continue }
            let gone = ends.first(of: address, after: event.t).flatMap { $0 <= end ? $0 : nil }
            endings[address] = gone.map { Ending(t: $0) }
            activeTime += (gone ?? end) - event.t
        }
        self.init(truth, endings, fault: fault, horizon: horizon, end: end)
        self.activeTime = activeTime
    }

    private init(
        _ truth: [TruthEvent], _ endings: [String: Ending], fault: Fault, horizon: Duration, end: MonotonicTime
    ) {
        self.fault = fault
        self.horizon = horizon
        self.end = end
        let truth = truth.filter { $0.t <= end }
        var struckAt: [String: MonotonicTime] = [:]
        for event in truth where event.event == .struck {
            guard let address = event.address else { continue }
            struckAt[address] = event.t
            var loss = Loss(address: address, struck: event.t)
            if let ending = endings[address], ending.t >= event.t, ending.t - event.t <= horizon {
                (loss.known, loss.reason) = (ending.t, ending.reason)
            }
            losses.append(loss)
        }
        losses.sort { ($0.struck, $0.address) < ($1.struck, $1.address) }
        count(truth)
        healthy = loggedOn - losses.count
        let wrong = endings.filter { address, event in
            // The server's own shutdown and what an administrator does are no mistakes of a policy's.
            guard event.reason?.isOrdered != true else { return false }
            return struckAt[address].map { event.t < $0 || fault.heals } ?? true
        }
        falseDisconnectReasons = wrong.values.reduce(into: [:]) { $0[$1.reason?.rawValue ?? "unknown", default: 0] += 1 }
    }

    private mutating func count(_ truth: [TruthEvent]) {
        for event in truth {
            switch event.event {
            case .loggedOn: loggedOn += 1
            case .failed: failures += 1
            case .returning: reconnects.attempted += 1
            case .resumed: reconnects.resumed += 1
            case .blocked: reconnects.blocked += 1
            case .refused: reconnects.refused += 1
            case .altered: reconnects.altered += 1
            case .starting, .ready, .struck, .healed: break
            }
        }
    }

    /// The event by which the session of each connection left Active, by the connection's address.
    private static func endings(_ beliefs: [SessionEvent]) -> [String: Ending] {
        var endings: [String: Ending] = [:]
        for event in beliefs where event.from == .active && event.to != .active {
            guard let address = event.address, endings[address] == nil else { continue }
            endings[address] = Ending(t: event.t, reason: event.reason)
        }
        return endings
    }

    private static func activeTime(_ beliefs: [SessionEvent], end: MonotonicTime) -> Duration {
        var total = Duration.zero
        for event in beliefs {
            if event.to == .active { total += end - event.t }
            if event.from == .active { total -= end - event.t }
        }
        return total
    }

    /// Detection times in seconds, shortest first.
    public var detections: [Double] { losses.compactMap { $0.detectionTime?.inSeconds }.sorted() }

    public var orphansAtHorizon: Int { fault.orphans ? losses.count { $0.known == nil } : 0 }

    /// The sum, over orphans, of the time spent as one within the horizon and before the looking ended.
    public var orphanSeconds: Double {
        guard fault.orphans else { return 0 }
        return losses.reduce(0) { $0 + ($1.detectionTime ?? max(.zero, min(horizon, end - $1.struck))).inSeconds }
    }

    public var detectionReasons: [String: Int] {
        losses.reduce(into: [:]) { counts, loss in
            if let reason = loss.reason { counts[reason.rawValue, default: 0] += 1 }
        }
    }

    /// How many orphans there are from each moment on, counted from the first fault.
    public var orphansOverTime: [CellResult.OrphanCount] {
        guard fault.orphans, let first = losses.first?.struck else { return [] }
        var steps: [(Double, Int)] = []
        for loss in losses {
            steps.append(((loss.struck - first).inSeconds, 1))
            if let known = loss.known { steps.append(((known - first).inSeconds, -1)) }
        }
        steps.sort { $0.0 < $1.0 }
        var counts: [CellResult.OrphanCount] = []
        var count = 0
        for (seconds, change) in steps {
            count += change
            if counts.last?.seconds == seconds {
                counts[counts.count - 1].count = count
            } else {
                counts.append(CellResult.OrphanCount(seconds: seconds, count: count))
            }
        }
        return counts
    }

    /// Holds each detection against the moment at which the kernel let go of the connection's socket: the first one after
    /// the client was struck.
    public func witness(_ ends: ConnectionEnds) -> Witness {
        var witness = Witness()
        for loss in losses {
            guard let known = loss.known, let moment = ends.first(of: loss.address, after: loss.struck) else { continue }
            witness.matched += 1
            witness.largestDifference = max(witness.largestDifference, abs((moment - known).inSeconds))
        }
        return witness
    }
}

extension ChangeReason {
    /// Whether somebody at the server wanted it so.
    fileprivate var isOrdered: Bool {
        switch self {
        case .shutdown, .administratorDisconnected, .administratorReset, .administratorLogoff: true
        case .connected, .logon, .resumed, .clientDisconnected, .peerClosed, .peerReset, .timedOut, .unreachable, .heartbeatMissed,
            .challengeUnanswered, .protocolError, .handshakeDeadline, .pduDeadline, .overflow, .logoff, .refused:
            false
        }
    }
}
