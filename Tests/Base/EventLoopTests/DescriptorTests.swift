import EventLoop
import Glibc
import LoopTestSupport
import Netlab
import NetlabTestSupport
import Testing

/// Descriptors are a process's, so that this is looked at in one where nothing else runs.
@Suite struct DescriptorTests {
    private static let variable = "TSLAB_TEST_ALONE"

    @Test(.enabled(if: getenv(variable) == nil))
    func noneIsLeftBehind() throws {
        let said = try Command.run(
            "timeout", ["120", "env", "\(Self.variable)=1"] + Inside.arguments(filter: "EventLoopTests.DescriptorTests"))
        #expect(said.contains("no descriptor left behind"), "\(said)")
    }

    private static var count: Int {
        guard let directory = opendir("/proc/self/fd") else { return -1 }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        return count
    }

    @Test(.enabled(if: getenv(variable) != nil))
    func everythingIsGivenBack() throws {
        try Self.everything()
        let before = Self.count
        for _ in 0..<20 { try Self.everything() }
        #expect(Self.count == before)
        if Self.count == before { print("no descriptor left behind") }
    }

    /// A loop with one of each, closed in every way there is.
    private static func everything() throws {
        let loop = try EventLoop()
        let signal = loop.onSignal(SIGUSR2) {}
        let timer = loop.every(.milliseconds(1)) {}
        for mode in [CloseMode.orderly, .abort] {
            let pairs = try (0..<10).map { _ in try Pair(loop) }
            for (index, pair) in pairs.enumerated() {
                if index % 2 == 0 { pair.serverEnd.send([UInt8](repeating: 1, count: 1 << 20)) }
                (index % 3 == 0 ? pair.serverEnd : pair.clientEnd)?.close(mode)
            }
            #expect(loop.run { pairs.allSatisfy { $0.client.closes.count == 1 && $0.server.closes.count == 1 } })
        }
        let recorder = Recorder()
        let listener = try Listener(on: loop, address: loopback, backlogLimit: 1) { _ in nil }
        _ = try Stream.connect(to: listener.address, backlogLimit: 1, on: loop, handler: recorder)
        #expect(loop.run { recorder.closes.count == 1 })
        #expect(throws: EventLoopError.self) { try Listener(on: loop, address: listener.address, backlogLimit: 1) { _ in nil } }
        #expect(throws: EventLoopError.self) {
            try Stream.connect(to: loopback, from: .ipv4(0xCB00_7101, port: 0), backlogLimit: 1, on: loop, handler: recorder)
        }
        let socket = try DatagramSocket(on: loop, address: loopback) { _, _ in }
        let address = SocketAddress.unix(path: freshPath())
        var streams: [HTTPStream] = []
        let server = try HTTPServer(on: loop, address: address) { request in
            request.path == [] ? .text(200, "ok") : .stream(contentType: "text/plain") { streams.append($0) }
        }
        #expect(throws: EventLoopError.self) { try HTTPServer(on: loop, address: address) { _ in .text(200, "") } }
        var done = 0
        for path in ["/", "/follow"] {
            try HTTPClient.request("GET", path, at: address, on: loop, receive: { _ in }) { _ in done += 1 }
        }
        #expect(loop.run { streams.count == 1 && done == 1 })
        streams[0].end()
        #expect(loop.run { done == 2 })
        timer.cancel()
        signal.cancel()
        withExtendedLifetime((socket, server, listener)) {}
    }
}
