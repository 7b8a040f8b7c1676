import Line
import Time

/// A line on virtual time, with packets that are just long.
struct Bench {
    var line: LineMachine
    private(set) var arrivals: [LineMachine.Arrival] = []
    private(set) var calls: [LineCall] = []
    private(set) var states: [(state: LineState, at: Duration)] = []

    init(_ text: String, seed: UInt64 = 1) throws {
        line = LineMachine(try LinePlan(parsing: text), seed: seed, at: .zero)
    }

    mutating func send(_ bytes: Int = 100, _ direction: LineDirection = .toClients, at time: Duration) {
        send([UInt8](repeating: 0, count: bytes), direction, at: time)
    }

    mutating func send(_ packet: [UInt8], _ direction: LineDirection = .toClients, at time: Duration) {
        run(until: time)
        line.send(packet, direction, at: .zero + time)
        collect(time)
    }

    /// Lets everything happen that does by then, waking up as often as the line asks for it.
    mutating func run(until time: Duration) {
        while let next = line.next, next <= .zero + time { collect(next - .zero) }
        collect(time)
    }

    mutating func cut(at time: Duration) {
        run(until: time)
        line.cut(at: .zero + time)
        collect(time)
    }

    mutating func heal(at time: Duration) {
        run(until: time)
        line.heal(at: .zero + time)
        collect(time)
    }

    mutating func stop(at time: Duration) {
        run(until: time)
        line.stop(at: .zero + time)
        collect(time)
    }

    var arrivalTimes: [Duration] { arrivals.map { $0.at - .zero } }

    func dropped(_ reason: LineDrop) -> Int { line.totals.dropped[reason, default: 0] }

    private mutating func collect(_ time: Duration) {
        while let arrival = line.arrival(at: .zero + time) { arrivals.append(arrival) }
        for event in line.takeEvents() {
            switch event {
            case .state(let state, let at): states.append((state, at - .zero))
            case .ended(let call): calls.append(call)
            }
        }
    }
}

/// IPv4 packets with just the fields that a line looks at.
enum Packet {
    static func tcp(
        from source: (UInt8, UInt16), to destination: (UInt8, UInt16), flags: UInt8, length: Int = 40
    ) -> [UInt8] {
        var packet = ip(6, source.0, destination.0, length)
        put(source.1, 20, &packet)
        put(destination.1, 22, &packet)
        packet.replaceSubrange(24..<28, with: [0, 0, 1, 2])
        packet[32] = 5 << 4
        packet[33] = flags
        return packet
    }

    static func udp(from source: (UInt8, UInt16), to destination: (UInt8, UInt16), length: Int = 28) -> [UInt8] {
        var packet = ip(17, source.0, destination.0, length)
        put(source.1, 20, &packet)
        put(destination.1, 22, &packet)
        return packet
    }

    private static func ip(_ number: UInt8, _ source: UInt8, _ destination: UInt8, _ length: Int) -> [UInt8] {
        var packet = [UInt8](repeating: 0, count: length)
        packet[0] = 0x45
        packet[9] = number
        packet.replaceSubrange(12..<20, with: [10, 0, 0, source, 10, 0, 0, destination])
        return packet
    }

    private static func put(_ port: UInt16, _ offset: Int, _ packet: inout [UInt8]) {
        packet[offset] = UInt8(port >> 8)
        packet[offset + 1] = UInt8(port & 255)
    }
}
