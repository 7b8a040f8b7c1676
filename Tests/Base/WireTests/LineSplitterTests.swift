import Testing
import Wire

@Suite struct LineSplitterTests {
    private func lines(_ pieces: [String], limit: Int = 100) throws -> (lines: [String], unfinished: Int) {
        var splitter = LineSplitter(limit: limit)
        var lines: [String] = []
        for piece in pieces { try splitter.add(Array(piece.utf8)) { lines.append(String(decoding: $0, as: UTF8.self)) } }
        return (lines, splitter.unfinished)
    }

    @Test(arguments: [["one\ntwo\n\nthr"], ["o", "ne", "\n", "two\n\n", "thr"], ["one\ntwo", "\n\nth", "r"]])
    func linesAreTheSameHoweverTheyCome(pieces: [String]) throws {
        let got = try lines(pieces)
        #expect(got.lines == ["one", "two", ""] && got.unfinished == 3)
    }

    @Test func aLineOfTheLimitPassesAndOneByteMoreDoesNot() throws {
        #expect(try lines(["12345\n", "123", "45\n"], limit: 5).lines == ["12345", "12345"])
        #expect(throws: LineSplitter.TooLong(limit: 5)) { try lines(["ab\n123456\n"], limit: 5) }
        #expect(throws: LineSplitter.TooLong(limit: 5)) { try lines(["ab\n123", "456"], limit: 5) }
    }

    @Test func linesBeforeTheLongOneAreHeardAndMemoryIsLetGo() {
        var splitter = LineSplitter(limit: 5)
        var heard = 0
        #expect(throws: LineSplitter.TooLong.self) { try splitter.add(Array("a\nb\n1234567".utf8)) { _ in heard += 1 } }
        #expect(heard == 2 && splitter.unfinished == 0)
    }

    /// A line that comes byte by byte must not be searched anew for each: a million bytes take a moment, not an hour.
    @Test(.timeLimit(.minutes(1))) func timeIsLinear() throws {
        var splitter = LineSplitter(limit: 2_000_000)
        var length = 0
        let byte: [UInt8] = [65]
        for _ in 0..<1_000_000 { try splitter.add(byte) { length = $0.count } }
        try splitter.add([10]) { length = $0.count }
        #expect(length == 1_000_000)
    }
}
