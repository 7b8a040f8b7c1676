import Foundation
import Measurement
import Random
import Testing
import Time

@Suite struct LivenessBoundTests {
    /// By hand. w = 3600 s / D; n is the least with p^n w <= F; any policy (w - F) / (1 - p); on a fixed schedule
    /// w (n - 1 + (p^(n - 1) - F / w) / (p^(n - 1) (1 - p))).
    @Test(arguments: [
        // A line that loses nothing: one question in each D.
        (60.0, 0.0, 0.0, 1, 60.0, 60.0),
        // One of 360 windows may go without a question, as one false disconnect an hour is allowed.
        (10, 0, 1, 1, 359, 359),
        // 0.1^3 x 60 = 0.06 is too often for 0.01, 0.1^4 x 60 = 0.006 is not. 59.99 / 0.9; 60 (3 + 0.5 / 0.54).
        (60, 0.1, 0.01, 4, 66.655_555_555_556, 235.555_555_555_556),
        // 0.05^2 x 360 = 0.9 is seldom enough for 1. 359 / 0.95; 360 (1 + (0.05 - 1 / 360) / 0.0475).
        (10, 0.05, 1, 2, 377.894_736_842_105, 717.894_736_842_105),
        // What is allowed is whole: 0.5^3 x 8 windows = 1.
        (450, 0.5, 1, 3, 14, 24),
        // The example: with p = 0.1 and F / w = 0.05 two attempts always cost 1.10 a window, and are not the least.
        (3600, 0.1, 0.05, 2, 1.055_555_555_556, 1.555_555_555_556),
        // As many false disconnects allowed as there are windows: nothing need be asked.
        (600, 1, 6, 1, 0, 0), (600, 0.1, 9, 1, 0, 0),
    ])
    func theLeastIsWhatTheFormulaSays(
        detection: Double, loss: Double, target: Double, attempts: Int, probes: Double, fixed: Double
    ) throws {
        let bound = try #require(
            LivenessBound(detection: .seconds(detection), loss: loss, falseDisconnectsPerSessionHour: target))
        #expect(bound.attempts == attempts)
        #expect(abs(try #require(bound.probesPerSessionHour) - probes) < 1e-9)
        #expect(abs(try #require(bound.probesPerSessionHourAtFixedTimes) - fixed) < 1e-9)
    }

    @Test func whereEverythingOrAnythingIsLostNothingMayBeEnough() throws {
        for (loss, target) in [(1.0, 1.0), (0.01, 0)] {
            let bound = try #require(
                LivenessBound(detection: .seconds(60), loss: loss, falseDisconnectsPerSessionHour: target))
            #expect(bound.attempts == nil && bound.probesPerSessionHour == nil)
            #expect(bound.probesPerSessionHourAtFixedTimes == nil)
        }
    }

    @Test func whatMakesNoSenseIsRefused() {
        let wrong = [
            (0.0, 0.1, 1.0), (-1, 0.1, 1), (60, -0.1, 1), (60, 1.1, 1), (60, 0.1, -1), (60, .nan, 1), (60, 0.1, .nan),
        ]
        for (detection, loss, target) in wrong {
            let bound = LivenessBound(
                detection: .seconds(detection), loss: loss, falseDisconnectsPerSessionHour: target)
            #expect(bound == nil)
        }
    }

    @Test func anExchangeIsLostWithEitherOfItsPackets() {
        #expect(abs(LivenessBound.loss(ofExchangesAtPacketLoss: 0.1) - 0.19) < 1e-12)
    }

    /// Plays windows out one by one: each with as many attempts at most as `most` says, ended by the first answer.
    private static func play(
        windows: Int = 300_000, detection: Double, loss: Double, seed: UInt64, most: (inout SeededGenerator) -> Int
    ) -> (falsePerHour: Double, probesPerHour: Double) {
        var random = SeededGenerator(seed: seed)
        var (mistakes, asked) = (0, 0)
        for _ in 0..<windows {
            let most = most(&random)
            var tries = 0
            var isAnswered = false
            while !isAnswered, tries < most {
                tries += 1
                isAnswered = Double.random(in: 0..<1, using: &random) >= loss
            }
            if !isAnswered { mistakes += 1 }
            asked += tries
        }
        let hours = Double(windows) * detection / 3600
        return (Double(mistakes) / hours, Double(asked) / hours)
    }

    /// With n attempts the target is kept, with one less it is not; the right mixture of both keeps it and costs the bound.
    @Test(arguments: [(60.0, 0.2, 0.05, UInt64(1)), (30, 0.3, 0.5, 2), (10, 0.1, 0.2, 3), (3600, 0.1, 0.05, 4)])
    func windowsPlayedOutReachTheBound(detection: Double, loss: Double, target: Double, seed: UInt64) throws {
        let bound = try #require(
            LivenessBound(detection: .seconds(detection), loss: loss, falseDisconnectsPerSessionHour: target))
        let attempts = try #require(bound.attempts)
        let least = try #require(bound.probesPerSessionHour)
        #expect(Self.play(detection: detection, loss: loss, seed: seed) { _ in attempts }.falsePerHour <= target * 1.05)
        #expect(Self.play(detection: detection, loss: loss, seed: seed) { _ in attempts - 1 }.falsePerHour > target)
        // The share of windows with one attempt less: x p^(n - 1) + (1 - x) p^n = F / w.
        let (fewer, more) = (pow(loss, Double(attempts - 1)), pow(loss, Double(attempts)))
        let share = (target * detection / 3600 - more) / (fewer - more)
        let mixed = Self.play(detection: detection, loss: loss, seed: seed) {
            Double.random(in: 0..<1, using: &$0) < share ? attempts - 1 : attempts
        }
        #expect(abs(mixed.falsePerHour / target - 1) < 0.05)
        #expect(abs(mixed.probesPerHour / least - 1) < 0.01)
    }

    /// Policies of all kinds, by chance: each asks at least what the bound says for the false disconnects it makes, and on a
    /// fixed schedule, which asks all its questions whatever is answered, at least the other bound.
    @Test(arguments: 1...12) func noPolicyGoesBelowTheBound(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let loss = Double.random(in: 0.05...0.6, using: &random)
        let weights = (0..<5).map { _ in Double.random(in: 0...1, using: &random) }
        func attempts(_ random: inout SeededGenerator) -> Int {
            var left = Double.random(in: 0..<weights.reduce(0, +), using: &random)
            return weights.firstIndex { weight in
                left -= weight
                return left < 0
            } ?? 0
        }
        let played = Self.play(windows: 50_000, detection: 60, loss: loss, seed: seed, most: attempts)
        let bound = try #require(
            LivenessBound(detection: .seconds(60), loss: loss, falseDisconnectsPerSessionHour: played.falsePerHour))
        #expect(played.probesPerHour >= (try #require(bound.probesPerSessionHour)) * 0.98)
        let scheduled = 60 * zip(0..., weights).reduce(0) { $0 + Double($1.0) * $1.1 } / weights.reduce(0, +)
        #expect(scheduled >= (try #require(bound.probesPerSessionHourAtFixedTimes)) * 0.98)
    }
}
