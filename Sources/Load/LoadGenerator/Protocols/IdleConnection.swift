import EventLoop
import Transport
import Wire

/// A TCP connection that nothing is said on, and what its end was. What the server says is read and let go.
final class IdleConnection: LoadSession, ConnectionHandler {
    private(set) var connection: (any Connection)?
    private let opened: () -> Void
    private let closed: (CloseReason) -> Void
    private var hangs = false

    init(
        to endpoint: Endpoint, from source: SocketAddress?, on loop: EventLoop, opened: @escaping () -> Void,
        closed: @escaping (CloseReason) -> Void
    ) throws(EventLoopError) {
        self.opened = opened
        self.closed = closed
        connection = try Transport.connect(endpoint, from: source, backlogLimit: 0, on: loop, handler: self)
    }

    var awaited: String { "the connection" }
    func giveUpLogon(after limit: Duration) { vanish() }

    func hang() {
        hangs = true
        connection?.pauseReading()
    }

    func wake() {
        hangs = false
        connection?.resumeReading()
    }

    func die() { connection?.close(.orderly) }
    func vanish() { connection?.close(.abort) }
    func disconnect() { die() }
    func logOff() { die() }

    func connectionDidOpen(_ connection: any Connection) {
        if hangs { connection.pauseReading() }
        opened()
    }

    func connection(_ connection: any Connection, didReceive bytes: RawSpan) {}
    func connectionDidDrain(_ connection: any Connection) {}

    func connection(_ connection: any Connection, didCloseWith reason: CloseReason) {
        self.connection = nil
        closed(reason)
    }
}
