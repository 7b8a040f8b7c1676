import EventLoop
import Glibc
import Liveness
import LoopTestSupport
import MeasuringTestSupport
import Testing
import Time
import Transport
import Wire

/// What ten thousand idle connections take of memory, in a process of their own, whose growth is nobody else's.
@Suite struct SPXIdleMemoryTests {
    private static let connections = 10_000
    /// Of a connection at one end (issue of the project: under 1 KiB for transport state).
    private static let mostBytes = 1024

    /// A program that keeps nothing, at both ends of every connection.
    private final class Nobody: ConnectionHandler {
        var opened = 0
        func connectionDidOpen(_ connection: any Connection) { opened += 1 }
        func connection(_ connection: any Connection, didReceive bytes: RawSpan) {}
        func connectionDidDrain(_ connection: any Connection) {}
        func connection(_ connection: any Connection, didCloseWith reason: CloseReason) {}
    }

    /// A sanitizer's own memory is in the resident set, too.
    @Test(.disabled(if: isSanitized)) func transportStateIsUnderAKibibyteAConnection() async throws {
        let result = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
            let loop = try EventLoop()
            let nobody = Nobody()
            let listener = try Transport.listen(
                Endpoint(parsing: "spx://127.0.0.1:0"), liveness: .none, backlogLimit: 64 * 1024, on: loop,
                trouble: { _ in }, accept: { _ in nobody })
            func connect(_ count: Int) throws {
                let all = nobody.opened + count
                for number in nobody.opened..<all {
                    let source = SocketAddress.ipv4(0x7F08_0001 + UInt32(number), port: 0)
                    _ = try Transport.connect(listener.endpoint, from: source, backlogLimit: 64 * 1024, on: loop, handler: nobody)
                    // As many at a time as the socket's buffer takes.
                    if number % 100 == 99 { _ = loop.run { nobody.opened > number } }
                }
                guard loop.run(for: .seconds(30), until: { nobody.opened == all }) else { exit(2) }
            }
            // The first ones pay for what only the first ones cost.
            try connect(500)
            let before = ProcessMemory.residentBytes
            try connect(SPXIdleMemoryTests.connections)
            let each = (ProcessMemory.residentBytes - before) / (2 * SPXIdleMemoryTests.connections)
            print("bytes of an idle connection at one end: \(each)")
            exit(0 < each && each < SPXIdleMemoryTests.mostBytes ? EXIT_SUCCESS : EXIT_FAILURE)
        }
        let said = String(decoding: result.standardOutputContent, as: UTF8.self)
        print(said.split(separator: "\n").first { $0.hasPrefix("bytes of") } ?? "")
    }
}
