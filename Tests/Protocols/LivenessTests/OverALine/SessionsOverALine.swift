import Line
import Liveness
import Time

/// A server's monitor, its idle sessions, and the line between them and their clients, on virtual time.
///
/// Heartbeats go over TCP's own retransmissions (``ReliableFlow``). A client that is taken for dead although it is
/// well comes back at once, as a new connection of the same session.
struct SessionsOverALine {
    private struct Session {
        var watch: LivenessWatch
        var connection = 0
        var server = ReliableFlow()
        var client = ReliableFlow()
        var struck: MonotonicTime?
        var isGone = false
    }

    /// Why a session left Active.
    enum Cause { case monitor, transport }

    private(set) var line: LineMachine
    private var monitor: any LivenessMonitor<Int>
    private var sessions: [Session] = []
    private(set) var now = MonotonicTime.zero
    private(set) var calls: [LineCall] = []
    private(set) var probes = 0
    private(set) var falseDisconnects: [Cause] = []
    /// From the fault to knowing, by session.
    private(set) var detections: [Int: Duration] = [:]

    init(_ count: Int, under policy: LivenessPolicy, over text: String, seed: UInt64) throws {
        line = LineMachine(try LinePlan(parsing: text), seed: seed, at: .zero)
        guard let monitor = policy.monitor(of: Int.self) else { throw PolicyWithoutMonitor() }
        self.monitor = monitor
        for index in 0..<count { sessions.append(Session(watch: self.monitor.start(index, at: .zero))) }
    }

    struct PolicyWithoutMonitor: Error {}

    // MARK: What is done to it

    mutating func strike(_ index: Int) { sessions[index].struck = now }

    /// Somebody else's packet, for which the line comes up.
    mutating func sendOther() {
        line.send([UInt8](repeating: 0, count: 40), .toServer, at: now)
        settle()
    }

    mutating func run(for time: Duration) {
        let end = now + time
        while let due = next, due <= end {
            now = max(now, due)
            settle()
        }
        now = end
        settle()
    }

    /// Runs until every session struck is found, or for `limit`.
    mutating func runUntilFound(limit: Duration) {
        let end = now + limit
        while sessions.contains(where: { $0.struck != nil && !$0.isGone }), let due = next, due <= end {
            now = max(now, due)
            settle()
        }
    }

    // MARK: How it goes on

    private var next: MonotonicTime? {
        let timers = sessions.filter { !$0.isGone }.flatMap {
            [$0.server.deadline, $0.struck == nil ? $0.client.deadline : nil]
        }
        return ([monitor.nextDeadline, line.next] + timers).compactMap { $0 }.min()
    }

    private mutating func settle() {
        while let arrival = line.arrival(at: now) {
            if arrival.packet.count > 40 { receive(Segment(arrival.packet), arrival.direction) }
        }
        note()
        repeatWhatIsOverdue()
        while let effect = monitor.next(at: now) {
            switch effect {
            case .probe(let index, let sequence):
                probes += 1
                let number = sessions[index].server.send(sequence, at: now)
                send(index, .toClients, (number, sequence))
            case .dead(let index): leave(index, .monitor)
            }
        }
        note()
    }

    /// Tells the monitor what the line's control socket would tell it.
    private mutating func note() {
        for event in line.takeEvents() {
            switch event {
            case .state(let state, _): monitor.line(isUp: state == .up, at: now)
            case .ended(let call): calls.append(call)
            }
        }
    }

    private mutating func send(_ index: Int, _ direction: LineDirection, _ data: (number: Int, message: UInt16)?) {
        let session = sessions[index]
        let segment = Segment(
            session: index, connection: session.connection, data: data,
            acknowledges: direction == .toClients ? session.server.expected : session.client.expected)
        line.send(segment.bytes, direction, at: now)
    }

    private mutating func receive(_ segment: Segment, _ direction: LineDirection) {
        let index = segment.session
        guard segment.connection == sessions[index].connection, !sessions[index].isGone else { return }
        if direction == .toServer {
            sessions[index].server.acknowledged(segment.acknowledges, at: now)
            guard let data = segment.data else { return }
            for message in sessions[index].server.received(data.number, data.message) {
                monitor.heard(sessions[index].watch, at: now)
                monitor.answered(sessions[index].watch, sequence: message, at: now)
            }
            send(index, .toClients, nil)
        } else if sessions[index].struck == nil {
            sessions[index].client.acknowledged(segment.acknowledges, at: now)
            guard let data = segment.data else { return }
            let messages = sessions[index].client.received(data.number, data.message)
            for message in messages {
                let number = sessions[index].client.send(message, at: now)
                send(index, .toServer, (number, message))
            }
            if messages.isEmpty { send(index, .toServer, nil) }
        }
    }

    private mutating func repeatWhatIsOverdue() {
        for index in sessions.indices where !sessions[index].isGone {
            if let due = sessions[index].server.deadline, due <= now {
                guard let data = sessions[index].server.repeated(at: now) else {
                    giveUp(index)
                    continue
                }
                send(index, .toClients, data)
            }
            if sessions[index].struck == nil, let due = sessions[index].client.deadline, due <= now {
                guard let data = sessions[index].client.repeated(at: now) else {
                    giveUp(index)
                    continue
                }
                send(index, .toServer, data)
            }
        }
    }

    /// One of the two kernels has repeated a segment often enough.
    private mutating func giveUp(_ index: Int) {
        monitor.stop(sessions[index].watch)
        leave(index, .transport)
    }

    private mutating func leave(_ index: Int, _ cause: Cause) {
        if let struck = sessions[index].struck {
            detections[index] = now - struck
            sessions[index].isGone = true
        } else {
            falseDisconnects.append(cause)
            let connection = sessions[index].connection + 1
            sessions[index] = Session(watch: monitor.start(index, at: now), connection: connection)
        }
    }
}
