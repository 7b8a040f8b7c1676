import Measurement
import Random
import Testing
import Time

@Suite struct LivenessBoundTests {
    /// By hand. 3600 s / D windows; n is the least with p^n x windows <= F.
    @Test(arguments: [
        // A line that loses nothing: one question in each D.
        (60.0, 0.0, 0.0, 1, 60.0, 60.0), (10, 0, 1, 1, 360, 360),
        // 60 windows: 0.1^3 x 60 = 0.06 is too often for 0.01, 0.1^4 x 60 = 0.006 is not. 60 x 1.111.
        (60, 0.1, 0.01, 4, 66.66, 240),
        // 360 windows: 0.05^2 x 360 = 0.9 is seldom enough for 1. 360 x 1.05.
        (10, 0.05, 1, 2, 378, 720),
        // What is allowed is whole: 0.5^3 x 8 windows = 1.
        (450, 0.5, 1, 3, 14, 24),
        // As many false ones allowed as there are windows.
        (600, 1, 6, 1, 6, 6),
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

    /// Windows played out one by one: with n questions the target is kept, with one less it is not, and the mean
    /// number asked is the bound's.
    @Test(arguments: [(60.0, 0.2, 0.05, UInt64(1)), (30, 0.3, 0.5, 2), (10, 0.1, 0.2, 3)])
    func windowsPlayedOutAgree(detection: Double, loss: Double, target: Double, seed: UInt64) throws {
        let bound = try #require(
            LivenessBound(detection: .seconds(detection), loss: loss, falseDisconnectsPerSessionHour: target))
        let attempts = try #require(bound.attempts)
        var random = SeededGenerator(seed: seed)
        let windows = 300_000
        func play(_ most: Int) -> (falsePerHour: Double, probesPerHour: Double) {
            var (mistakes, asked) = (0, 0)
            for _ in 0..<windows {
                var tries = 0
                repeat { tries += 1 } while Double.random(in: 0..<1, using: &random) < loss && tries <= most
                if tries > most { mistakes += 1 }
                asked += min(tries, most)
            }
            let hours = Double(windows) * detection / 3600
            return (Double(mistakes) / hours, Double(asked) / hours)
        }
        let kept = play(attempts)
        #expect(kept.falsePerHour <= target * 1.05)
        #expect(abs(kept.probesPerHour / (try #require(bound.probesPerSessionHour)) - 1) < 0.01)
        #expect(play(attempts - 1).falsePerHour > target)
    }
}
