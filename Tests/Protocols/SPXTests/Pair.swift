import Random
import SPX
import Time
import Wire

/// Two ends of a connection, the network between them and the clock, all of them imagined.
struct Pair {
    /// What the network does to packets, in hundredths of them.
    struct Network {
        var loss = 0
        var duplication = 0
        /// Each packet takes a time of its own from this range, so that later ones overtake earlier ones.
        var delay: ClosedRange<Int64> = 1_000_000...1_000_000
    }

    enum Side: Int { case client, server }

    /// One end and what its program has seen.
    struct End {
        var machine: SPXMachine?
        var received: [UInt8] = []
        var events: [(at: MonotonicTime, event: SPXEvent)] = []
        /// The machine is without power, or stands still: what reaches it is lost.
        var isDark = false
        var sent: [SPXPacketKind: Int] = [:]
        var probesHeard = 0
        var probeAnswersHeard = 0

        var end: (at: MonotonicTime, reason: SPXEndReason)? {
            for (at, event) in events { if case .ended(let reason) = event { return (at, reason) } }
            return nil
        }

        var hasOpened: Bool { events.contains { $0.event == .opened } }
    }

    static let addresses = [
        IPXAddress(ipv4: 0xC612_0001, socket: 0x4D3D), IPXAddress(ipv4: 0xC613_0001, socket: 0x8D3D),
    ]

    private(set) var now = MonotonicTime.zero
    let settings: SPXSettings
    var network: Network
    var random: SeededGenerator
    var ends = [End(), End()]
    /// Every packet sent, in order, with its time.
    var log: [(at: MonotonicTime, from: Side, header: SPXHeader)] = []
    /// Their bytes.
    var packets: [[UInt8]] = []
    private var flying: [(at: MonotonicTime, to: Side, bytes: [UInt8])] = []
    private var writer = ByteWriter(reservingCapacity: 600)

    init(_ parameters: SPXParameters = .windowsNT4, network: Network = Network(), seed: UInt64 = 0) {
        settings = SPXSettings(parameters)
        self.network = network
        random = SeededGenerator(seed: seed)
        ends[0].machine = SPXMachine(connectingAs: 0x0101, settings: settings, at: now)
        flush(.client)
    }

    subscript(side: Side) -> End {
        get { ends[side.rawValue] }
        set { ends[side.rawValue] = newValue }
    }

    /// Does something as the program of one side.
    mutating func act(_ side: Side, _ body: (inout SPXMachine) -> Void) {
        guard ends[side.rawValue].machine != nil else { return }
        body(&ends[side.rawValue].machine!)
        flush(side)
    }

    mutating func send(_ side: Side, _ bytes: [UInt8]) { act(side) { $0.send(bytes.span.bytes) } }

    mutating func close(_ side: Side) {
        let now = now
        act(side) { $0.close(at: now) }
    }

    mutating func resume(_ side: Side) {
        guard ends[side.rawValue].machine != nil else { return }
        ends[side.rawValue].received += ends[side.rawValue].machine!.resumeReading()
        flush(side)
    }

    /// Lets time pass; false where nothing would ever happen again.
    @discardableResult
    mutating func step(to limit: MonotonicTime = MonotonicTime(nanoseconds: .max)) -> Bool {
        var next = flying.map(\.at).min()
        for end in ends where !end.isDark {
            if let deadline = end.machine?.nextDeadline { next = min(next ?? deadline, deadline) }
        }
        guard let next, next <= limit else {
            if limit.nanoseconds < .max { now = max(now, limit) }
            return false
        }
        now = max(now, next)
        deliverDue()
        for side in [Side.client, .server] where !self[side].isDark {
            guard let deadline = ends[side.rawValue].machine?.nextDeadline, deadline <= now else { continue }
            ends[side.rawValue].machine!.advance(to: now)
            flush(side)
        }
        return true
    }

    mutating func run(for duration: Duration) {
        let limit = now + duration
        while step(to: limit) {}
    }

    private mutating func deliverDue() {
        while let index = flying.firstIndex(where: { $0.at <= now }) {
            let (_, side, bytes) = flying.remove(at: index)
            if !self[side].isDark { deliver(bytes, to: side) }
        }
    }

    private mutating func deliver(_ bytes: [UInt8], to side: Side) {
        var reader = ByteReader(bytes.span.bytes)
        guard let packet = try? SPXPacket.read(&reader) else { return }
        if side == .server, packet.spx.isRequest {
            if ends[1].machine == nil {
                ends[1].machine = SPXMachine(accepting: packet.spx, as: 0x0202, settings: settings, at: now)
            } else {
                ends[1].machine!.receiveRequestAgain()
            }
            return flush(side)
        }
        guard ends[side.rawValue].machine?.localID == packet.spx.destinationID else { return }
        let data = (try? reader.array(packet.dataLength)) ?? []
        switch ends[side.rawValue].machine!.receive(packet.spx, data: data.span.bytes, at: now) {
        case .data: ends[side.rawValue].received += data
        case .probe: ends[side.rawValue].probesHeard += 1
        case .probeAnswer: ends[side.rawValue].probeAnswersHeard += 1
        case .settled: break
        }
        flush(side)
    }

    private mutating func flush(_ side: Side) {
        let index = side.rawValue
        let other: Side = side == .client ? .server : .client
        writer.removeAll()
        while let kind = ends[index].machine?.nextPacket(
            from: Self.addresses[index], to: Self.addresses[1 - index], into: &writer, at: now)
        {
            ends[index].sent[kind, default: 0] += 1
            if let read = try? ReadPacket(writer.bytes) { log.append((now, side, read.packet.spx)) }
            packets.append(writer.bytes)
            launch(writer.bytes, to: other)
            if random.chance(network.duplication) { launch(writer.bytes, to: other) }
            writer.removeAll()
        }
        while let event = ends[index].machine?.nextEvent() { ends[index].events.append((now, event)) }
    }

    private mutating func launch(_ bytes: [UInt8], to side: Side) {
        guard !random.chance(network.loss) else { return }
        let delay = network.delay.count == 1 ? network.delay.lowerBound : Int64.random(in: network.delay, using: &random)
        flying.append((now + .nanoseconds(delay), side, bytes))
    }
}
