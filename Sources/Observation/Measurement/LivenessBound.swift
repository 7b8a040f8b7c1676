import Foundation
import Time

/// The least traffic that detecting dead clients can cost, whatever the policy.
///
/// Let every death be known within D. Let each question remain unanswered with probability p although the client is well, each
/// independently of the others. Let a well session be taken for dead at most F times an hour. Cut the time into windows of
/// length D: there are w = 3600 s / D in an hour.
///
/// 1. A client that dies as a window begins answers nothing in it, and must be known to be dead when it ends. A well client all
///    of whose questions in a window stay unanswered cannot be told from that one, so that it is taken for dead.
/// 2. Of w windows an hour at most F may end that way. In each of the others at least one answer arrives: **w - F answers an
///    hour**.
/// 3. A question is answered with probability 1 - p, whatever made the server ask it. By Wald's equation the questions asked are
///    the answers received divided by 1 - p in the mean: **(w - F) / (1 - p) questions an hour**. No policy asks less, whether
///    it repeats unanswered questions, mixes several numbers of attempts or decides at random. A policy that repeats a question
///    only where no answer came, and accepts after n - 1 or n attempts in the right proportion, reaches it.
/// 4. A policy with a fixed schedule asks without regard to the answers. N questions in a window all stay unanswered with
///    probability p^N, which must be F / w in the mean over the windows. p^N is convex in N, so that the least mean of N mixes
///    two neighbouring whole numbers: n, the least with p^n <= F / w, and n - 1.
///
/// With its logarithm not rounded, point 4 is the optimum of Gupta, Chandra and Goldszmidt, "On scalable and efficient
/// distributed failure detectors" (PODC 2001): log(PM(T)) / (T log(p)) messages a member, where PM(T), the probability of a
/// mistake within the detection time T, is F / w here. Where losses come in bursts, the same share of them costs more.
public struct LivenessBound: Equatable, Sendable {
    /// D: the longest time a death may remain unknown. It bounds a policy's longest time to detection, not its median.
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

    /// w
    private var windowsPerHour: Double { 3600 / detection.inSeconds }
    /// F / w: the share of windows that may end in a false disconnect.
    private var allowed: Double { min(1, falseDisconnectsPerSessionHour / windowsPerHour) }

    /// n: how many questions a policy with a constant number of attempts must leave unanswered before it gives a client up; nil
    /// where no number is enough.
    public var attempts: Int? {
        if loss <= allowed { return 1 }
        guard loss < 1, allowed > 0 else { return nil }
        // A quotient that comes out whole may come out a hair above.
        return Int((log(allowed) / log(loss) - 1e-9).rounded(.up))
    }

    /// The least questions a session-hour of any policy. nil where no number of questions is enough.
    public var probesPerSessionHour: Double? {
        guard attempts != nil else { return nil }
        return allowed < 1 ? windowsPerHour * (1 - allowed) / (1 - loss) : 0
    }

    /// The least questions a session-hour of a policy with a fixed schedule. nil where no number of questions is enough.
    public var probesPerSessionHourAtFixedTimes: Double? {
        guard let attempts else { return nil }
        guard allowed < 1 else { return 0 }
        // The straight line through (n - 1, p^(n - 1)) and (n, p^n), where it meets F / w.
        let before = pow(loss, Double(attempts - 1))
        return windowsPerHour * (Double(attempts - 1) + (before - allowed) / (before * (1 - loss)))
    }
}
