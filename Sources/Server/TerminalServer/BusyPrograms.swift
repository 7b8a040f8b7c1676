import EventLoop
import Slab

/// The connections whose program is busy: each is repainted ``SessionProgram/outputInterval`` after the last time, until a key
/// ends that.
final class BusyPrograms {
    private unowned let server: TerminalServer
    private var tokens: Set<SlabHandle> = []
    private var timer: Timer?

    init(of server: TerminalServer) { self.server = server }

    func contains(_ token: SlabHandle) -> Bool { tokens.contains(token) }

    func add(_ token: SlabHandle) {
        tokens.insert(token)
        guard timer == nil else { return }
        timer = server.loop.every(SessionProgram.outputInterval) { [unowned self] in repaint() }
    }

    func remove(_ token: SlabHandle) {
        guard tokens.remove(token) != nil, tokens.isEmpty else { return }
        timer = nil
    }

    private func repaint() {
        server.counters.floodFrames += 1
        for token in tokens {
            guard let connection = server.connections[token] else { continue }
            connection.damage.add(connection.desktop.program.page)
            server.paintQueue.add(connection)
        }
    }
}
