import Random
import Time
import Wire

@testable import NBF

/// What may happen to a frame on its way.
struct Weather {
    var loss = 0.0
    var duplication = 0.0
    var reordering = 0.0
    var latency = 1_000_000...5_000_000 as ClosedRange<Int64>
    /// How much later than the others a reordered frame comes, at most.
    var lateness: Int64 = 40_000_000

    static let fair = Weather()
    static let foul = Weather(loss: 0.2, duplication: 0.1, reordering: 0.1)
}

/// A station on the medium, with at most one session.
struct Station {
    enum Power { case on, off, frozen }

    let address: MACAddress
    var parameters: NBFParameters
    var listens = false
    var power = Power.on
    var machine: SessionMachine?
    /// A session whose link has ended, and that holds data for a program that does not read.
    var parted: SessionMachine?
    var output = NBFOutput()
    /// What the program got, and was told.
    var received: [UInt8] = []
    var isOpen = false
    var ends: [SessionEnd] = []
    var endedAt: MonotonicTime?
    var drains = 0

    mutating func take(_ frame: LLCFrame, _ bytes: RawSpan, at now: MonotonicTime) {
        if listens, NameService.answer(frame, bytes, having: .terminalServer, at: address, hasRoom: true, into: &output) {
            return
        }
        guard frame.destination == address else { return }
        if machine != nil {
            let outcome = machine!.receive(frame, bytes, at: now, into: &output)
            note(outcome, bytes, at: now)
        } else if listens, case .unnumbered(.sabme, let poll) = frame.control {
            machine = SessionMachine(
                at: address, answering: frame.source, pollFinal: poll, settings: NBFSettings(parameters), at: now, into: &output)
        } else {
            NameService.disown(frame, at: address, into: &output)
        }
    }

    mutating func tick(at now: MonotonicTime) {
        guard let outcome = machine?.tick(at: now, into: &output) else { return }
        note(outcome, [UInt8]().span.bytes, at: now)
    }

    mutating func note(_ outcome: SessionOutcome, _ bytes: RawSpan, at now: MonotonicTime) {
        if outcome.opened { isOpen = true }
        if let range = outcome.delivered { received += [UInt8](bytes.extracting(range)) }
        if outcome.drained { drains += 1 }
        if let end = outcome.ended {
            ends.append(end)
            endedAt = now
        }
        if outcome.isGone {
            if machine?.isHolding == true { parted = machine }
            machine = nil
        }
    }

    mutating func say(_ bytes: [UInt8], limit: Int, at now: MonotonicTime) -> SessionSend {
        machine?.send(bytes.span.bytes, limit: limit, at: now, into: &output) ?? .closed
    }

    mutating func close(orderly: Bool, at now: MonotonicTime) {
        guard let outcome = machine?.close(orderly: orderly, at: now, into: &output) else { return }
        note(outcome, [UInt8]().span.bytes, at: now)
    }

    mutating func resume(at now: MonotonicTime) {
        if let (bytes, outcome) = machine?.resume(at: now, into: &output) ?? parted?.resume(at: now, into: &output) {
            received += bytes
            note(outcome, [UInt8]().span.bytes, at: now)
        }
        parted = nil
    }
}

/// Two stations on virtual time: a client and a server.
struct Medium {
    private struct Flight {
        let due: MonotonicTime
        let order: Int
        let bytes: [UInt8]
    }

    private(set) var now = MonotonicTime.zero
    var stations: [Station]
    var weather: Weather
    /// Every frame that was sent, with its time, lost or not.
    var capture: [(time: MonotonicTime, bytes: [UInt8])] = []
    var captures = false
    private var random: SeededGenerator
    private var flights: [Flight] = []
    private var order = 0

    static let serverAddress = MACAddress(workstation: 0xC613_0001)
    static let clientAddress = MACAddress(workstation: 0xC612_002A)

    init(seed: UInt64 = 1, weather: Weather = .fair, parameters: NBFParameters = .windowsNT4) {
        random = SeededGenerator(seed: seed)
        self.weather = weather
        stations = [
            Station(address: Self.clientAddress, parameters: parameters),
            Station(address: Self.serverAddress, parameters: parameters, listens: true),
        ]
    }

    var client: Station {
        get { stations[0] }
        _modify { yield &stations[0] }
    }

    var server: Station {
        get { stations[1] }
        _modify { yield &stations[1] }
    }

    mutating func call(correlator: UInt16 = 100) {
        var machine = SessionMachine(
            from: client.address, calling: .terminalServer, number: 7, correlator: correlator, settings: NBFSettings(client.parameters))
        machine.call(at: now, into: &client.output)
        client.machine = machine
        send(from: 0)
    }

    /// A session in fair weather.
    static func connected(seed: UInt64 = 1, parameters: NBFParameters = .windowsNT4) -> Medium {
        var medium = Medium(seed: seed, parameters: parameters)
        medium.call()
        medium.run(for: .seconds(1))
        return medium
    }

    @discardableResult
    mutating func say(_ bytes: [UInt8], from station: Int, limit: Int = 1 << 20) -> SessionSend {
        let result = stations[station].say(bytes, limit: limit, at: now)
        send(from: station)
        return result
    }

    mutating func close(_ station: Int, orderly: Bool) {
        stations[station].close(orderly: orderly, at: now)
        send(from: station)
    }

    mutating func resume(_ station: Int) {
        stations[station].resume(at: now)
        send(from: station)
    }

    mutating func inject(_ bytes: [UInt8]) { deliver(bytes) }

    /// Lets time pass, up to `duration` or until `done`.
    mutating func run(for duration: Duration, until done: (Medium) -> Bool = { _ in false }) {
        let end = now + duration
        while !done(self) {
            guard let next = nextTime(), next <= end else {
                now = end
                return
            }
            now = max(now, next)
            step()
        }
    }

    private func nextTime() -> MonotonicTime? {
        var next = flights.map(\.due).min() ?? .never
        for station in stations where station.power == .on {
            next = min(next, station.machine?.nextDeadline ?? .never)
        }
        return next == .never ? nil : next
    }

    private mutating func step() {
        let due = flights.filter { $0.due <= now }.sorted { ($0.due, $0.order) < ($1.due, $1.order) }
        flights.removeAll { $0.due <= now }
        for flight in due { deliver(flight.bytes) }
        for index in stations.indices where stations[index].power == .on {
            guard let deadline = stations[index].machine?.nextDeadline, deadline <= now else { continue }
            stations[index].tick(at: now)
            send(from: index)
        }
    }

    private mutating func deliver(_ bytes: [UInt8]) {
        guard let frame = try? LLCFrame(decoding: bytes.span.bytes) else { return }
        for index in stations.indices
        where stations[index].power == .on && stations[index].address != frame.source {
            stations[index].take(frame, bytes.span.bytes, at: now)
            send(from: index)
        }
    }

    mutating func send(from index: Int) {
        let frames = stations[index].output.frames.frames
        stations[index].output.frames.removeAll()
        for bytes in frames {
            if captures { capture.append((now, bytes)) }
            if chance(weather.loss) { continue }
            launch(bytes)
            if chance(weather.duplication) { launch(bytes) }
        }
    }

    private mutating func launch(_ bytes: [UInt8]) {
        var delay = Int64.random(in: weather.latency, using: &random)
        let isLate = chance(weather.reordering)
        if isLate { delay += Int64.random(in: 0...weather.lateness, using: &random) }
        // A medium keeps the order of frames but for those it makes late.
        var due = now + .nanoseconds(delay)
        if !isLate, weather.reordering == 0, let last = flights.last?.due { due = max(due, last) }
        order += 1
        flights.append(Flight(due: due, order: order, bytes: bytes))
    }

    private mutating func chance(_ probability: Double) -> Bool {
        probability > 0 && Double.random(in: 0..<1, using: &random) < probability
    }
}
