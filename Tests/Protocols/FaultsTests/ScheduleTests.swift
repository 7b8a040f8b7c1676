import Faults
import Random
import Testing

@Suite struct ScheduleTests {
    private func struck(_ plan: FaultPlan, of count: Int, seed: UInt64) -> [(client: Int, at: Duration)] {
        var generator = SeededGenerator(seed: seed)
        return plan.schedule(among: Array(0..<count), using: &generator)
    }

    @Test func aSeedRepeatsAndAnotherDoesNot() {
        let plan = FaultPlan(.hang, share: 0.3)
        #expect(struck(plan, of: 1_000, seed: 5).map(\.client) == struck(plan, of: 1_000, seed: 5).map(\.client))
        #expect(struck(plan, of: 1_000, seed: 5).map(\.client) != struck(plan, of: 1_000, seed: 6).map(\.client))
    }

    @Test(arguments: [(0.0, 0), (0.5, 500), (0.3335, 334), (1.0, 1_000)])
    func theShareIsStruckAndNobodyTwice(share: Double, count: Int) {
        let clients = struck(FaultPlan(.kill, share: share), of: 1_000, seed: 1).map(\.client)
        #expect(clients.count == count && Set(clients).count == count)
    }

    @Test func nobodyIsFavoured() {
        var hits = [Int](repeating: 0, count: 20)
        for seed in 0..<4_000 { for (client, _) in struck(FaultPlan(.kill, share: 0.25), of: 20, seed: UInt64(seed)) { hits[client] += 1 } }
        // 4,000 draws at a quarter: 1,000 expected, 27 the standard deviation.
        #expect(hits.allSatisfy { abs($0 - 1_000) < 140 }, "\(hits)")
    }

    @Test func theTimesLieWithinTheirStretchInOrder() {
        let times = struck(FaultPlan(.kill, at: .seconds(10), over: .seconds(4)), of: 8, seed: 1).map(\.at)
        #expect(times == (0..<8).map { Duration.seconds(10) + .milliseconds(500 * $0) })
        #expect(struck(FaultPlan(.kill, at: .seconds(3)), of: 5, seed: 1).allSatisfy { $0.at == .seconds(3) })
        #expect(struck(FaultPlan(.kill), of: 0, seed: 1).isEmpty)
    }

    /// The reference implementation's output for seed 1234567.
    @Test func theGeneratorIsSplitMix64() {
        var generator = SeededGenerator(seed: 1_234_567)
        #expect(
            (0..<5).map { _ in generator.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
                16_408_922_859_458_223_821,
            ])
    }
}
