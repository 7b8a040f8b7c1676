import HeapModule
import Random
import Time

/// A line as a machine without a clock: packets go in at one end at a given time, and come out at the other, or do not, at
/// times that it says.
///
/// Times given to it may not go back. Whoever runs it gives it each packet by ``send(_:_:at:)``, calls ``arrival(at:)`` until
/// there is none and ``takeEvents()`` afterwards, and comes back at ``next`` at the latest. How late that is changes nothing
/// but when packets are handed out: calls, hang-ups and cuts have their own exact times.
public struct LineMachine {
    /// Most packets on their way at a time; beyond that the queues count as full, whatever their limits.
    public static let mostOnTheirWay = 1 << 17

    public struct Arrival {
        public let packet: [UInt8]
        public let direction: LineDirection
        public let at: MonotonicTime
    }

    public let plan: LinePlan
    public internal(set) var state: LineState
    public internal(set) var totals = LineTotals()
    /// The call being placed or up.
    public internal(set) var call: LineCall?

    var generator: SeededGenerator
    var pipes: BothWays<Pipe>
    var held: [(packet: [UInt8], direction: LineDirection)] = []
    /// When the call being placed is answered or found engaged, or the time to the next call is over.
    var dialDeadline: MonotonicTime?
    var willBeEngaged = false
    /// From when on the line has been idle.
    var idleSince = MonotonicTime.zero
    var upSince: MonotonicTime?
    /// The schedule of cuts, the next one last.
    var schedule: [(at: MonotonicTime, cuts: Bool)]
    var events: [LineEvent] = []
    private var onTheirWay = Heap<Travelling>()
    private var order = 0
    private var firewall: FlowMemory?

    /// A line of the plan, from `start` on; the same seed and the same packets give the same line.
    public init(_ plan: LinePlan, seed: UInt64, at start: MonotonicTime) {
        self.plan = plan
        generator = SeededGenerator(seed: seed)
        pipes = BothWays(toServer: Pipe(plan, .toServer), toClients: Pipe(plan, .toClients))
        state = plan.dial == nil ? .up : .down
        upSince = plan.dial == nil ? start : nil
        firewall = plan.forgets.map(FlowMemory.init)
        schedule = plan.cuts.flatMap { cut in
            [(start + cut.at, true)] + (cut.lasting.map { [(start + cut.at + $0, false)] } ?? [])
        }.sorted { $0.0 > $1.0 }
        events = [.state(state, at: start)]
    }

    /// When there is something to do at the latest; nil where there is nothing before the next packet.
    public var next: MonotonicTime? {
        [onTheirWay.min?.arrives, nextOfItself].compactMap { $0 }.min()
    }

    /// A packet enters at one end.
    public mutating func send(_ packet: [UInt8], _ direction: LineDirection, at now: MonotonicTime) {
        advance(to: now)
        if direction == .toServer, !admits(packet, direction, at: now) { return }
        switch state {
        case .up: put(packet, direction, at: now)
        case .cut: drop(.cut)
        case .down:
            hold(packet, direction)
            place(LineCall.Cause(packet, direction), at: now)
        case .dialling, .engaged: hold(packet, direction)
        }
    }

    /// The next packet that has arrived by now.
    public mutating func arrival(at now: MonotonicTime) -> Arrival? {
        advance(to: now)
        while let first = onTheirWay.min, first.arrives <= now {
            onTheirWay.removeMin()
            // The firewall stands at the clients' end.
            if first.direction == .toClients, !admits(first.packet, .toClients, at: first.arrives) { continue }
            totals.arrived[first.direction].packets += 1
            totals.arrived[first.direction].bytes += first.packet.count
            return Arrival(packet: first.packet, direction: first.direction, at: first.arrives)
        }
        return nil
    }

    /// What has happened since the last call of this, in order.
    public mutating func takeEvents() -> [LineEvent] {
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    mutating func drop(_ reason: LineDrop, count: Int = 1) {
        if count > 0 { totals.dropped[reason, default: 0] += count }
    }

    /// Sends a packet over the line, which is up.
    mutating func put(_ packet: [UInt8], _ direction: LineDirection, at now: MonotonicTime) {
        guard onTheirWay.count < Self.mostOnTheirWay,
            let passage = pipes[direction].take(bytes: packet.count, at: now, using: &generator)
        else { return drop(.queueFull) }
        totals.sent[direction].packets += 1
        totals.sent[direction].bytes += packet.count
        call?.sent[direction].packets += 1
        call?.sent[direction].bytes += packet.count
        totals.byKind.add(packet)
        call?.byKind.add(packet)
        if plan.dial?.resets.holds(direction) == true { idleSince = max(idleSince, passage.sent) }
        guard let arrives = passage.arrives else { return drop(.loss) }
        for _ in 0..<(passage.arrivesTwice ? 2 : 1) {
            order += 1
            onTheirWay.insert(
                Travelling(packet: packet, direction: direction, sent: passage.sent, arrives: arrives, order: order))
        }
        if passage.arrivesTwice { totals.duplicated += 1 }
    }

    /// Loses the packets on their way that `isLost` says, and empties the queues.
    mutating func clear(_ reason: LineDrop, at now: MonotonicTime, where isLost: (_ sent: MonotonicTime) -> Bool) {
        let kept = onTheirWay.unordered.filter { !isLost($0.sent) }
        drop(reason, count: onTheirWay.count - kept.count)
        onTheirWay = Heap(kept)
        pipes.toServer.clear(at: now)
        pipes.toClients.clear(at: now)
    }

    private mutating func hold(_ packet: [UInt8], _ direction: LineDirection) {
        let limit = plan.dial?.hold ?? 0
        if held.count < limit { held.append((packet, direction)) } else { drop(limit == 0 ? .notUp : .holdFull) }
    }

    private mutating func admits(_ packet: [UInt8], _ direction: LineDirection, at now: MonotonicTime) -> Bool {
        if firewall?.admits(packet, direction, at: now) ?? true { return true }
        drop(.forgotten)
        return false
    }

    private struct Travelling: Comparable {
        let packet: [UInt8]
        let direction: LineDirection
        let sent: MonotonicTime
        let arrives: MonotonicTime
        /// Packets that arrive at the same time do so in the order in which they came.
        let order: Int

        static func < (a: Travelling, b: Travelling) -> Bool { (a.arrives, a.order) < (b.arrives, b.order) }
        static func == (a: Travelling, b: Travelling) -> Bool { a.order == b.order }
    }
}
