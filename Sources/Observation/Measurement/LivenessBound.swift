import Foundation
import Time

/// What knowing costs at the least, whatever the policy.
///
/// Let a client's death be known within D, let a question or its answer be lost with probability p, each time for
/// itself, and let a session that is well be taken for dead at most F times an hour.
///
/// 1. A client that dies right after an answer must be found by silence to a question asked later, and within D. So
///    in every D at least one question is asked: 3600 s / D an hour.
/// 2. A client that is well and loses all of the n questions of such a window looks exactly as a dead one does, and
///    must be taken for dead. That happens with probability p^n in each of 3600 s / D windows an hour, so that n >=
///    log(F D / 3600 s) / log p.
/// 3. Who asks at fixed times asks n times in each window. Who asks again only where no answer came asks the k-th
///    time with probability p^(k - 1), in the mean 1 + p + ... + p^(n - 1) times; nobody asks less.
///
/// Of fixed times this is the optimum of Gupta, Chandra and Goldszmidt, "On scalable and efficient distributed
/// failure detectors" (PODC 2001): log(PM(T)) / (T log(p)) messages a member, where PM(T), the probability of a
/// mistake within the detection time T, is F D / 3600 s here. Where losses come in bursts, the same share of them
/// costs more than this says.
public struct LivenessBound: Equatable, Sendable {
    /// D: the longest that a death may go unknown.
    public let detection: Duration
    /// p: the share of questions of which no answer comes although the client is well.
    public let loss: Double
    /// F: how often an hour a session that is well may be taken for dead.
    public let falseDisconnectsPerSessionHour: Double

    /// - Returns: nil where `detection` is not positive or the others are no share and no rate.
    public init?(detection: Duration, loss: Double, falseDisconnectsPerSessionHour: Double) {
        guard detection > .zero, 0...1 ~= loss, falseDisconnectsPerSessionHour >= 0 else { return nil }
        self.detection = detection
        self.loss = loss
        self.falseDisconnectsPerSessionHour = falseDisconnectsPerSessionHour
    }

    /// p of a line that loses each packet with probability `packetLoss`: question and answer must both get through.
    public static func loss(ofExchangesAtPacketLoss packetLoss: Double) -> Double {
        1 - (1 - packetLoss) * (1 - packetLoss)
    }

    private var windowsPerHour: Double { 3600 / detection.inSeconds }

    /// n: how many questions must stay unanswered before a client may be taken for dead; nil where no number is enough.
    public var attempts: Int? {
        let allowed = falseDisconnectsPerSessionHour / windowsPerHour
        if loss <= allowed { return 1 }
        guard loss < 1, allowed > 0 else { return nil }
        // A product that comes out whole may come out a hair above.
        return Int((log(allowed) / log(loss) - 1e-9).rounded(.up))
    }

    /// The least questions a session-hour of a policy that asks again only where no answer came: below this nothing
    /// can go. nil where nothing is enough.
    public var probesPerSessionHour: Double? {
        attempts.map { windowsPerHour * (loss < 1 ? (1 - pow(loss, Double($0))) / (1 - loss) : 1) }
    }

    /// The least questions a session-hour of a policy that asks at fixed times.
    public var probesPerSessionHourAtFixedTimes: Double? { attempts.map { windowsPerHour * Double($0) } }
}
