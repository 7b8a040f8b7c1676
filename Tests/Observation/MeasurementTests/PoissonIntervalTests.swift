import Contracts
import Measurement
import Testing

@Suite struct PoissonIntervalTests {
    /// Garwood's table of 1936 for 95 %, as reprinted in Pearson and Hartley, Biometrika Tables for Statisticians, table 40.
    @Test(arguments: [(1, 0.0253, 5.572), (2, 0.242, 7.225), (5, 1.623, 11.67), (10, 4.795, 18.39), (50, 37.11, 65.92)])
    func theRangeIsGarwoods(count: Int, low: Double, high: Double) throws {
        let interval = try #require(PoissonInterval(count: count))
        #expect(abs(interval.low / low - 1) < 0.005 && abs(interval.high / high - 1) < 0.005, "\(interval)")
        let range = interval.range(of: Double(count) * 100)
        #expect(abs(range.low - interval.low * 100) < 1e-6 && abs(range.high - interval.high * 100) < 1e-6)
    }

    @Test func nothingSeenSaysNothing() {
        #expect(PoissonInterval(count: 0) == nil && PoissonInterval(count: -1) == nil)
        #expect(PoissonInterval(count: 1_000_000).map { 998_000 < $0.low && $0.high < 1_002_000 } == true)
    }
}
