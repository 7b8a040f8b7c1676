import EventLoop

/// Redraws every desktop's clock at its interval, where clocks are on.
final class TaskbarClocks {
    private unowned let server: TerminalServer
    private var timer: Timer?

    init(of server: TerminalServer, every interval: Duration) {
        self.server = server
        timer = server.loop.every(interval) { [unowned self] in tick() }
    }

    private func tick() {
        for connection in server.connections.elements where connection.isActive {
            connection.damage.add(connection.desktop.clock)
            server.paintQueue.add(connection)
        }
    }
}
