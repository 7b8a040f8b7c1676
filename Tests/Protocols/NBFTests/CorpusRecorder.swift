import PacketTestSupport
import Testing

/// Writes the frames of a session as the fuzzers' corpus: `scripts/fuzz --record`.
@Suite struct CorpusRecorder {
    @Test(.enabled(if: Corpus.isWanted)) func write() throws {
        var medium = Medium()
        medium.captures = true
        medium.call()
        medium.run(for: .seconds(1))
        medium.say([UInt8](repeating: 0x41, count: 3000), from: 0)
        medium.say([UInt8](repeating: 0x42, count: 500), from: 1)
        medium.run(for: .seconds(40))
        medium.close(0, orderly: true)
        medium.run(for: .seconds(2))
        try Corpus.keep(Corpus.run(of: medium.capture.map(\.bytes)), "nbf", "session")
    }
}
