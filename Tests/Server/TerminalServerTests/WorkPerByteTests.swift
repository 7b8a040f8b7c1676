import EventLoop
import Glibc
import LoopTestSupport
import RDP
import Testing
import Time
import Wire

@testable import TerminalServer

/// Whatever a client sends, a byte of it costs the server about what a byte costs that means nothing. Measured is the ratio of
/// two times of the thread's own CPU, taken one after the other on the same desktop.
@Suite(.serialized) struct WorkPerByteTests {
    private static let size = 20_000
    /// What is allowed for each kind of input, against key releases. A debug build takes 1 to 8; before the work was bounded
    /// Enter took 540 to 1,060, letters 120.
    private static let most = 12.0

    private static let enter: [UInt8] = [0x00, 0x1C]
    private static let letter: [UInt8] = [0x00, 0x1E]
    private static let backspace: [UInt8] = [0x00, 0x0E]
    private static let release: [UInt8] = [0x01, 0x1E]

    /// Fast-path PDUs (MS-RDPBCGR 2.2.8.1.2) of so many events each, about ``size`` bytes in all.
    private static func fastPath(_ events: [[UInt8]], perPDU count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var next = 0
        while bytes.count < size {
            var body: [UInt8] = []
            for _ in 0..<count {
                body += events[next % events.count]
                next += 1
            }
            let head: [UInt8] = count < 16 ? [UInt8(count << 2)] : [0]
            let counted: [UInt8] = count < 16 ? [] : [UInt8(count)]
            let length = head.count + 2 + counted.count + body.count
            bytes += head + [0x80 | UInt8(length >> 8), UInt8(length & 0xFF)] + counted + body
        }
        return bytes
    }

    private static func unicode(_ unit: UInt16) -> [UInt8] { [0x80, UInt8(unit & 0xFF), UInt8(unit >> 8)] }

    private static func mouse(_ flags: UInt16, _ x: Int, _ y: Int) -> [UInt8] {
        [0x20, UInt8(flags & 0xFF), UInt8(flags >> 8), UInt8(x & 0xFF), UInt8(x >> 8), UInt8(y & 0xFF), UInt8(y >> 8)]
    }

    /// A click on each point of a coarse grid: whatever answers to the mouse is among them.
    private static var clicks: [[UInt8]] {
        stride(from: 4, to: 480, by: 9).flatMap { y in
            stride(from: 4, to: 640, by: 13).flatMap { x in [mouse(0x9000, x, y), mouse(0x1000, x, y)] }
        }
    }

    private static let kinds: [(String, [[UInt8]])] = [
        ("Enter", [enter]), ("letters", [letter]), ("backspace", [backspace]), ("Enter and backspace", [enter, backspace]),
        ("letters and Enter", [letter, enter]), ("a combining mark", [unicode(0x0301)]),
        ("letter, mark, backspace", [letter, unicode(0x0301), backspace]), ("Hangul", [unicode(0x1100)]),
        ("clicks", clicks), ("flood", "flood\r".utf8.map { unicode(UInt16($0)) }),
    ]

    @Test(arguments: kinds, [1, 15, 255]) func inputIsBounded(kind: (name: String, events: [[UInt8]]), perPDU: Int) throws {
        let bench = try Bench()
        bench.fill()
        let attack = Self.fastPath(kind.events, perPDU: perPDU)
        let idle = Self.fastPath([Self.release], perPDU: perPDU)
        let ratio = bench.ratio(of: attack, to: idle)
        #expect(ratio < Self.most, "\(kind.name): a byte costs \(ratio) times what one costs that means nothing")
    }

    /// A session's connection that is fed without a network.
    private final class Bench {
        private let host: Host
        private let client: Client
        private let connection: ServerConnection

        init() throws {
            host = try Host()
            client = try host.loggedOn("anna")
            host.loop.run(for: .milliseconds(100))
            connection = try #require(host.server.connection(showing: .init(rawValue: client.number)))
        }

        /// The session's text at its longest, and all of it one line after the other; boxes in front.
        func fill() {
            feed(WorkPerByteTests.fastPath([WorkPerByteTests.enter], perPDU: 15).prefix(33 * 124))
            for number in 0..<MessageBox.most {
                connection.show(MessageBox(title: "T", text: String(repeating: "word\(number) ", count: 60)))
            }
        }

        private func feed(_ bytes: some Collection<UInt8>) {
            let bytes = Array(bytes)
            connection.connection(connection.transport, didReceive: bytes.span.bytes)
        }

        /// The time of one read's worth of `bytes` against that of `others`; the least of some, as others use the machine too.
        func ratio(of bytes: [UInt8], to others: [UInt8]) -> Double {
            let times = (0..<3).map { _ in (cost(bytes), cost(others)) }
            let (least, base) = (times.map(\.0).min() ?? 0, times.map(\.1).min() ?? 0)
            return least / Double(bytes.count) / (base / Double(others.count))
        }

        private func cost(_ bytes: [UInt8]) -> Double {
            host.loop.run(for: .milliseconds(20))
            let began = Self.cpu
            feed(bytes)
            return Self.cpu - began
        }

        private static var cpu: Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
    }
}
