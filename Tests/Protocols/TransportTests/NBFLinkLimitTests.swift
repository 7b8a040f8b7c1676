import EventLoop
import LoopTestSupport
import NBF
import Testing
import Time
import Transport

/// Links that nobody begins a session on.
@Suite(.serialized) struct NBFLinkLimitTests {
    /// Most of them, as ``NBFPort`` has it.
    private static let limit = 4096

    private let bench: TransportBench
    private let flood: DatagramSocket

    init() throws {
        bench = try TransportBench(.nbf)
        flood = try DatagramSocket(on: bench.loop, address: .ipv4(0x7F00_0001, port: 0)) { _, _ in }
    }

    /// Stations that do not exist ask for links, or for their end.
    private func send(_ kind: LLCControl.Unnumbered, from stations: Range<Int>) {
        for station in stations {
            var batch = FrameBatch()
            batch.append(
                LLCFrame(
                    to: MACAddress(workstation: 0x7F00_0001), from: MACAddress(workstation: 0xC612_0000 + UInt32(station)),
                    isResponse: false, control: .unnumbered(kind, pollFinal: true)))
            batch.forEach { flood.send($0, to: bench.listener.endpoint.address) }
            // Few enough at a time for any socket's buffer.
            if station % 64 == 63 { bench.loop.run(for: .milliseconds(2)) }
        }
        bench.loop.run(for: .milliseconds(100))
    }

    private func opens(from source: String) throws -> Bool {
        let (_, program) = try bench.connect(from: source)
        _ = bench.loop.run { program.hasOpened || program.end != nil }
        return program.hasOpened
    }

    /// As many as may be keep new callers out; when they end there is room again, as often as it happens.
    @Test func linksWithoutASessionAreBoundedAndMakeRoomWhenTheyEnd() throws {
        for round in 0..<2 {
            send(.sabme, from: 0..<Self.limit - 8)
            #expect(try opens(from: "127.9.3.\(round * 2 + 1)"), "round \(round): there is room for a few")
            send(.sabme, from: Self.limit - 8..<Self.limit + 8)
            #expect(try !opens(from: "127.9.3.\(round * 2 + 2)"), "round \(round): there is no more room")
            send(.disc, from: 0..<Self.limit + 8)
        }
        #expect(try opens(from: "127.9.3.9"))
    }
}
