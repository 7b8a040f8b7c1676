import Glibc
import Logging
import ProgramLog
import Testing

@Suite struct ErrorOutputTests {
    /// Both ends of a pipe that holds so many bytes.
    private final class Pipe {
        let reader: Int32
        let writer: Int32

        init() throws {
            var ends: [Int32] = [-1, -1]
            try #require(pipe(&ends) == 0)
            (reader, writer) = (ends[0], ends[1])
        }

        deinit { for end in [reader, writer] { close(end) } }

        /// Reads until nothing has come for a while.
        func read() -> [Substring] {
            var text: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            var ready = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
            while poll(&ready, 1, 200) > 0 {
                let count = Glibc.read(reader, &buffer, buffer.count)
                guard count > 0 else { break }
                text += buffer[..<count]
            }
            return String(decoding: text, as: UTF8.self).split(separator: "\n")
        }
    }

    @Test func whatIsSaidIsWrittenInItsOrder() throws {
        let pipe = try Pipe()
        let output = ErrorOutput(pipe.writer)
        for number in 0..<1_000 { output.say("line \(number)") }
        #expect(output.finish(within: .seconds(10)))
        #expect(pipe.read() == (0..<1_000).map { "line \($0)" })
        #expect(output.dropped == 0)
    }

    @Test func whoeverDoesNotReadKeepsNobodyWaiting() throws {
        let pipe = try Pipe()
        let output = ErrorOutput(pipe.writer)
        let line = String(repeating: "x", count: 99)
        let lines = 10_000
        let clock = ContinuousClock()
        // A million bytes: the pipe holds 64 KiB, and as many are being written and wait.
        let took = clock.measure { for _ in 0..<lines { output.say(line) } }
        #expect(took < .seconds(5))
        #expect(output.dropped > lines / 2)
        #expect(!output.finish(within: .milliseconds(50)), "and the end does not wait for ever either")
        let dropped = output.dropped
        let read = pipe.read()
        let said = read.filter { $0.contains(" lines were lost here") }.map { Int($0.prefix { $0 != " " }) ?? 0 }
        #expect(!said.isEmpty && said.reduce(0, +) == dropped)
        #expect(read.count { $0 == line } == lines - dropped)
        // And it goes on.
        output.say("the last line")
        #expect(pipe.read() == ["the last line"] && output.dropped == dropped)
    }

    /// The flag is the open file's and whoever shares it would find writes failing.
    @Test func theDescriptorStaysBlockingForOthers() throws {
        let pipe = try Pipe()
        ErrorOutput(pipe.writer).say("a line")
        #expect(pipe.read() == ["a line"])
        #expect(fcntl(pipe.writer, F_GETFL) & O_NONBLOCK == 0)
    }

    @Test func aFileThatOthersMadeNonBlockingIsWaitedFor() throws {
        let pipe = try Pipe()
        _ = fcntl(pipe.writer, F_SETFL, O_NONBLOCK)
        let output = ErrorOutput(pipe.writer)
        let line = String(repeating: "x", count: 999)
        for _ in 0..<50 { output.say(line) }
        #expect(output.finish(within: .seconds(10)))
        for _ in 0..<60 { output.say(line) }
        #expect(pipe.read().count == 110 && output.dropped == 0)
    }

    @Test func whatCannotBeWrittenIsCounted() throws {
        let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
        defer { close(full) }
        let output = ErrorOutput(full)
        for _ in 0..<3 { output.say("a line") }
        #expect(output.finish(within: .seconds(10)))
        #expect(output.dropped == 3)
    }

    @Test func aLogLineIsOneLineWhateverIsInIt() throws {
        let pipe = try Pipe()
        let output = ErrorOutput(pipe.writer)
        var logger = Logger(label: "tsserver") { ProgramLogHandler(label: $0, level: .notice, output: output) }
        logger.info("not said")
        logger[metadataKey: "user"] = "anna\r\n"
        logger.warning("no\n2026-11-28T14:45:00Z error tsserver: forged \u{1B}[2J å 中 😁")
        let lines = pipe.read()
        let pattern = #/[0-9]{4}-[0-9]{2}-[0-9]{2}T([0-9]{2}:){2}[0-9]{2}Z warning tsserver: (.*)/#
        try #require(lines.count == 1)
        let shown = #"no\u{A}2026-11-28T14:45:00Z error tsserver: forged \u{1B}[2J å 中 😁 user=anna\u{D}\u{A}"#
        #expect(try pattern.wholeMatch(in: lines[0]).map { String($0.2) } == shown)
    }

    @Test(arguments: [
        ("plain å 中 😁", "plain å 中 😁"), ("\t", #"\u{9}"#), ("\u{7F}\u{85}\u{9B}", #"\u{7F}\u{85}\u{9B}"#),
        ("\u{2028}\u{2029}", #"\u{2028}\u{2029}"#), ("a\u{202E}b\u{2066}", #"a\u{202E}b\u{2066}"#), ("", ""),
        ("a\u{200B}b\u{E000}", #"a\u{200B}b\u{E000}"#), (#"\u{1B}"#, #"\u{1B}"#),
    ])
    func whatATerminalWouldObeyIsShown(text: String, shown: String) { #expect(LogText.oneLine(text) == shown) }
}
