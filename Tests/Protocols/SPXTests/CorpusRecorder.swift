import PacketTestSupport
import SPX
import Testing

/// Writes what one end of a connection received as the fuzzers' corpus: `scripts/fuzz --record`.
@Suite struct CorpusRecorder {
    @Test(.enabled(if: Corpus.isWanted)) func write() throws {
        var pair = Pair()
        pair.run(for: .seconds(1))
        pair.send(.client, [UInt8](repeating: 0x41, count: 1200))
        pair.send(.server, [UInt8](repeating: 0x42, count: 700))
        pair.run(for: .seconds(20))
        pair.close(.client)
        pair.run(for: .seconds(5))
        for side in [Pair.Side.client, .server] {
            let packets = zip(pair.log, pair.packets).filter { $0.0.from == side }.map(\.1)
            try Corpus.keep(Corpus.run(of: packets), "spx", "from-\(side)")
        }
    }
}
