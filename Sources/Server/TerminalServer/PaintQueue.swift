import DequeModule
import EventLoop
import Slab
import Time

/// Connections whose desktops are to be painted from the loop: those that have had their turn and are not done, and those that
/// something else than their own client gives a cause. One after the other they paint a part, and in between everybody is
/// heard.
final class PaintQueue {
    /// How long a turn of the loop may stay with it.
    private static let share = Duration.milliseconds(4)

    private unowned let server: TerminalServer
    private var tokens = Deque<SlabHandle>()
    private var timer: Timer?

    init(of server: TerminalServer) { self.server = server }

    /// Until its turn comes the connection paints nothing.
    func add(_ connection: ServerConnection) {
        guard !connection.awaitsPainting else { return }
        connection.awaitsPainting = true
        tokens.append(connection.token)
        awaitTurn()
    }

    private func awaitTurn() {
        guard timer == nil, !tokens.isEmpty else { return }
        timer = server.loop.after(.zero) { [unowned self] in paintSome() }
    }

    private func paintSome() {
        timer = nil
        let end = server.loop.now + Self.share
        repeat {
            guard let token = tokens.popFirst() else { return }
            guard let connection = server.connections[token] else { continue }
            connection.awaitsPainting = false
            connection.repaint()
        } while server.loop.now < end
        awaitTurn()
    }
}
