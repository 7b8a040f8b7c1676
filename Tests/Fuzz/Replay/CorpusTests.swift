import FuzzTargets
import Foundation
import Testing

/// Every input of the corpus, and every one that once crashed a decoder, through its target in the ordinary suite.
@Suite struct CorpusTests {
    private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Corpus")

    @Test(arguments: FuzzTarget.all.map(\.name))
    func isTaken(target name: String) throws {
        let target = try #require(FuzzTarget.named(name))
        let files = try FileManager.default.contentsOfDirectory(
            at: Self.corpus.appendingPathComponent(name), includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for file in files {
            let bytes = [UInt8](try Data(contentsOf: file))
            target.run(bytes)
            // Cut short anywhere, it is as well taken as whole.
            for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 50)) { target.run(Array(bytes.prefix(length))) }
        }
    }
}
