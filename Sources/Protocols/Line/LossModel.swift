/// How packets are lost on their way.
public enum LossModel: Equatable, Sendable {
    /// Each for itself.
    case independent(Double)
    /// In bursts: the line is good or bad, and each packet may change that before it meets its fate (Gilbert 1960,
    /// Elliott 1963; the parametrisation is the one of tc-netem(8)'s `gemodel`).
    case gilbertElliott(GilbertElliott)

    public static let none = LossModel.independent(0)

    /// The share of packets lost in the long run.
    public var rate: Double {
        switch self {
        case .independent(let probability): probability
        case .gilbertElliott(let model): model.rate
        }
    }
}

public struct GilbertElliott: Equatable, Sendable {
    /// The probability, at each packet, that a good line turns bad, and a bad one good: bursts last 1/`leave` packets in
    /// the mean.
    public var enter: Double
    public var leave: Double
    /// The share of packets lost while the line is bad, and while it is good.
    public var lossWhenBad: Double
    public var lossWhenGood: Double

    public init(enter: Double, leave: Double, lossWhenBad: Double = 1, lossWhenGood: Double = 0) {
        self.enter = enter
        self.leave = leave
        self.lossWhenBad = lossWhenBad
        self.lossWhenGood = lossWhenGood
    }

    /// The stationary share of time that the line is bad, enter / (enter + leave), weighs the two losses.
    public var rate: Double {
        guard enter + leave > 0 else { return lossWhenGood }
        let bad = enter / (enter + leave)
        return bad * lossWhenBad + (1 - bad) * lossWhenGood
    }
}

/// A loss model at work in one direction.
struct LossProcess {
    private let model: LossModel
    private var isBad = false

    init(_ model: LossModel) { self.model = model }

    mutating func losesNext(using generator: inout some RandomNumberGenerator) -> Bool {
        switch model {
        case .independent(let probability):
            return generator.chance(probability)
        case .gilbertElliott(let model):
            if generator.chance(isBad ? model.leave : model.enter) { isBad.toggle() }
            return generator.chance(isBad ? model.lossWhenBad : model.lossWhenGood)
        }
    }
}

extension RandomNumberGenerator {
    /// True with the probability given; draws nothing where there is nothing to decide.
    mutating func chance(_ probability: Double) -> Bool {
        probability > 0 && (probability >= 1 || Double.random(in: 0..<1, using: &self) < probability)
    }
}
