import EventLoop
import LineControl
import Liveness
import Slab
import Time

/// Asks the clients that the server's policy has it watch, and ends the connections of those that do not answer. Without such a
/// policy it does nothing.
final class LivenessProbes {
    /// Heartbeats that fall due within this share one wake-up.
    private static let grain = Duration.milliseconds(20)

    private unowned let server: TerminalServer
    private var monitor: (any LivenessMonitor<SlabHandle>)?
    private var timer: Timer?
    private var deadline: MonotonicTime?
    private var lineWatch: LineWatch?

    init(of server: TerminalServer, _ policy: LivenessPolicy) {
        self.server = server
        monitor = policy.monitor(of: SlabHandle.self)
        guard let path = policy.line else { return }
        lineWatch = LineWatch(path, on: server.loop) { [unowned self] state in
            monitor?.line(isUp: state == .up, at: self.server.loop.now)
            awaitMonitor()
        }
    }

    /// Whether clients are watched at all.
    var areOn: Bool { monitor != nil }

    func start(_ token: SlabHandle) -> LivenessWatch? {
        let watch = monitor?.start(token, at: server.loop.now)
        awaitMonitor()
        return watch
    }

    func stop(_ watch: LivenessWatch) { monitor?.stop(watch) }

    func heard(_ watch: LivenessWatch, at now: MonotonicTime) { monitor?.heard(watch, at: now) }

    func answered(_ watch: LivenessWatch, sequence: UInt16, at now: MonotonicTime) {
        monitor?.answered(watch, sequence: sequence, at: now)
    }

    private func awaitMonitor() {
        // A line that went down leaves nothing to wait for.
        guard let next = monitor?.nextDeadline else {
            (timer, deadline) = (nil, nil)
            return
        }
        guard deadline.map({ next < $0 }) ?? true else { return }
        deadline = next
        timer = server.loop.at(next.roundedUp(to: Self.grain)) { [unowned self] in
            deadline = nil
            probe()
            awaitMonitor()
        }
    }

    private func probe() {
        while let effect = monitor?.next(at: server.loop.now) {
            switch effect {
            case .probe(let token, let sequence): server.connections[token]?.sendHeartbeat(sequence: sequence)
            case .dead(let token): server.connections[token]?.abandon(because: .heartbeatMissed)
            }
        }
    }
}
