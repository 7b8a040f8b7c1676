import Measurement
import Testing

@Suite struct CensoredQuantilesTests {
    struct Row: Sendable {
        var detected: [Int]
        var censored: Int
        var fraction: Double
        var seconds: Int?
    }

    @Test(arguments: [
        Row(detected: [], censored: 0, fraction: 0.5, seconds: nil),
        Row(detected: [], censored: 3, fraction: 0, seconds: nil),
        Row(detected: [7], censored: 0, fraction: 0, seconds: 7),
        Row(detected: [7], censored: 0, fraction: 1, seconds: 7),
        // Nearest rank, NIST's and Wikipedia's example: 15 20 35 40 50.
        Row(detected: [35, 20, 15, 50, 40], censored: 0, fraction: 0.05, seconds: 15),
        Row(detected: [35, 20, 15, 50, 40], censored: 0, fraction: 0.30, seconds: 20),
        Row(detected: [35, 20, 15, 50, 40], censored: 0, fraction: 0.40, seconds: 20),
        Row(detected: [35, 20, 15, 50, 40], censored: 0, fraction: 0.50, seconds: 35),
        Row(detected: [35, 20, 15, 50, 40], censored: 0, fraction: 1, seconds: 50),
        // Two of ten censored: the ninth and tenth are not known.
        Row(detected: Array(1...8), censored: 2, fraction: 0.5, seconds: 5),
        Row(detected: Array(1...8), censored: 2, fraction: 0.8, seconds: 8),
        Row(detected: Array(1...8), censored: 2, fraction: 0.81, seconds: nil),
        Row(detected: Array(1...8), censored: 2, fraction: 0.99, seconds: nil),
        Row(detected: Array(1...8), censored: 2, fraction: 1, seconds: nil),
        // Products that are no whole numbers in binary.
        Row(detected: Array(1...100), censored: 0, fraction: 0.07, seconds: 7),
        Row(detected: Array(1...1000), censored: 0, fraction: 0.999, seconds: 999),
        Row(detected: Array(1...100), censored: 0, fraction: 0.29, seconds: 29),
        Row(detected: [1, 2], censored: 0, fraction: 7, seconds: 2),
        Row(detected: [1, 2], censored: 0, fraction: -7, seconds: 1),
    ])
    func table(row: Row) {
        let quantiles = CensoredQuantiles(detected: row.detected.map { .seconds($0) }, censored: row.censored)
        #expect(quantiles.quantile(row.fraction) == row.seconds.map { .seconds($0) })
    }

    @Test func theLongestIsUnknownWhereAnyIsCensored() {
        #expect(CensoredQuantiles(detected: [.seconds(1)], censored: 1).max == nil)
        #expect(CensoredQuantiles(detected: [.seconds(1)], censored: 1).longestDetected == .seconds(1))
        #expect(CensoredQuantiles(detected: [.seconds(1), .seconds(3)], censored: 0).max == .seconds(3))
        #expect(CensoredQuantiles(detected: [.seconds(1)], censored: -1).count == 1)
    }
}
