import EventLoop
import Line
import Time

/// A line between two TUN devices: the one thing between the pure ``LineMachine`` and the kernel.
///
/// Calls and hang-ups have their exact times whenever the loop wakes up; packets come out up to a millisecond late, which is
/// how finely the loop's timers go.
public final class LineBridge {
    public private(set) var line: LineMachine
    /// Packets that arrived and that the kernel did not take.
    public private(set) var refused = 0

    private let server: TunDevice
    private let clients: TunDevice
    private let loop: EventLoop
    private let onEvent: (LineEvent) -> Void
    private var watches: [DescriptorWatch] = []
    private var timer: Timer?
    private var timerDue: MonotonicTime?

    /// Begins at once.
    ///
    /// - Parameter onEvent: hears what the line does, from its first state on; not from within this.
    public init(
        _ plan: LinePlan, seed: UInt64, server: TunDevice, clients: TunDevice, on loop: EventLoop,
        onEvent: @escaping (LineEvent) -> Void = { _ in }
    ) {
        self.server = server
        self.clients = clients
        self.loop = loop
        self.onEvent = onEvent
        line = LineMachine(plan, seed: seed, at: loop.now)
        watches = [(server, LineDirection.toClients), (clients, .toServer)].map { device, direction in
            device.onPackets(on: loop) { [unowned self] packet in
                line.send([UInt8](packet), direction, at: loop.now)
            } done: { [unowned self] in
                settle()
            }
        }
        wake(at: loop.now)
    }

    public func cut() {
        line.cut(at: loop.now)
        settle()
    }

    public func heal() {
        line.heal(at: loop.now)
        settle()
    }

    /// Ends the call that there may be, with its event, and carries nothing more.
    public func stop() {
        watches = []
        timer = nil
        line.stop(at: loop.now)
        deliver()
    }

    private func settle() {
        deliver()
        wake(at: line.next)
    }

    private func deliver() {
        let now = loop.now
        while let arrival = line.arrival(at: now) {
            let isTaken = arrival.direction == .toServer ? server.write(arrival.packet) : clients.write(arrival.packet)
            if !isTaken { refused += 1 }
        }
        for event in line.takeEvents() { onEvent(event) }
    }

    private func wake(at time: MonotonicTime?) {
        guard time != timerDue || timer == nil else { return }
        timerDue = time
        timer = time.map { time in
            loop.at(time) { [unowned self] in
                timer = nil
                settle()
            }
        }
    }
}
