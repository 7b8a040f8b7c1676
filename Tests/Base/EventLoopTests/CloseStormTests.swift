import EventLoop
import LoopTestSupport
import Random
import Testing
import Wire

/// Hundreds of streams that send to and close each other and themselves from every callback there is.
@Suite struct CloseStormTests {
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func everyCloseIsReportedExactlyOnce(seed: UInt64) throws {
        let loop = try EventLoop()
        let storm = try Storm(loop, seed: seed, at: seed.isMultiple(of: 2) ? .unix(path: freshPath()) : loopback)
        #expect(loop.run { storm.isOver }, "\(storm.open) of \(storm.ends.count) ends still open")
        loop.run(for: .milliseconds(50))
        #expect(storm.ends.count > Storm.connections * 3 / 2)
        #expect(storm.ends.allSatisfy { $0.closes == 1 })
        #expect(storm.faults.isEmpty, "\(storm.faults.prefix(5))")
    }
}

private final class Storm {
    static let connections = 300
    /// Most things done in one callback.
    private static let mostActs = 4
    /// Things done in all, before everything that is left is closed.
    private static let acts = 20_000

    let loop: EventLoop
    private(set) var ends: [End] = []
    private(set) var faults: [String] = []
    private var random: SeededGenerator
    private var listener: Listener?
    private var timer: Timer?
    private var started = 0
    private var acted = 0
    private var depth = 0
    private let junk = [UInt8](repeating: 0x5A, count: 40_000)

    init(_ loop: EventLoop, seed: UInt64, at address: SocketAddress) throws {
        self.loop = loop
        random = SeededGenerator(seed: seed)
        listener = try Listener(on: loop, address: address, backlogLimit: 100_000) { [unowned self] stream in
            let end = End(self)
            end.connection = stream
            ends.append(end)
            // Some are spoken to, paused or closed before they have a handler.
            if Int.random(in: 0..<10, using: &random) == 0 { act(on: end) }
            return end
        }
        timer = loop.every(.milliseconds(1)) { [unowned self] in tick() }
    }

    var open: Int { ends.count { $0.closes == 0 } }
    var isOver: Bool { started == Self.connections && acted >= Self.acts && open == 0 }

    private func tick() {
        for _ in 0..<5 where started < Self.connections {
            guard let address = listener?.address else { break }
            let end = End(self)
            do {
                end.connection = try Stream.connect(to: address, backlogLimit: 100_000, on: loop, handler: end)
                ends.append(end)
            } catch {
                // A UNIX listener's queue may be full.
            }
            started += 1
        }
        actSome(from: nil)
        guard started == Self.connections else { return }
        acted += 200
        guard acted >= Self.acts else { return }
        listener = nil
        for end in ends where end.closes == 0 { end.connection?.close(.abort) }
    }

    func fault(_ text: String) { faults.append(text) }

    func note(closeOf end: End) {
        if depth > 0 { fault("a close was reported from within a call") }
        if end.closes > 1 { fault("a close was reported twice") }
    }

    func actSome(from end: End?) {
        for _ in 0..<Int.random(in: 0...Self.mostActs, using: &random) {
            let other = Bool.random(using: &random) ? end : ends.randomElement(using: &random)
            if let other { act(on: other) }
        }
    }

    private func act(on end: End) {
        guard let connection = end.connection, acted < Self.acts else { return }
        acted += 1
        depth += 1
        defer { depth -= 1 }
        switch Int.random(in: 0..<40, using: &random) {
        case 0: connection.close(.abort)
        case 1: connection.close(.orderly)
        case 2...6: connection.pauseReading()
        case 7...15: connection.resumeReading()
        default:
            let count = Int.random(in: 0...junk.count, using: &random)
            connection.send(Array(junk.prefix(count)))
        }
    }

    final class End: ConnectionHandler {
        private unowned let storm: Storm
        var connection: (any Connection)?
        private(set) var closes = 0

        init(_ storm: Storm) { self.storm = storm }

        private func heard(_ what: String) {
            if closes > 0 { storm.fault("\(what) after the close") }
            storm.actSome(from: self)
        }

        func connectionDidOpen(_ connection: any Connection) { heard("opened") }
        func connection(_ connection: any Connection, didReceive bytes: RawSpan) { heard("received") }
        func connectionDidDrain(_ connection: any Connection) { heard("drained") }

        func connection(_ connection: any Connection, didCloseWith reason: CloseReason) {
            closes += 1
            storm.note(closeOf: self)
            storm.actSome(from: self)
            self.connection = nil
        }
    }
}
