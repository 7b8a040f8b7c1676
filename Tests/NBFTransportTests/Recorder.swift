import EventLoop
import Time
import Wire

/// A program at one end of a connection that remembers what it hears.
final class Recorder: ConnectionHandler {
    var received: [UInt8] = []
    var opened = false
    var drains = 0
    var end: CloseReason?
    /// Where this program's machine is concerned: echoes what it gets.
    var echoes = false

    func connectionDidOpen(_ connection: any Connection) { opened = true }

    func connection(_ connection: any Connection, didReceive bytes: RawSpan) {
        let copy = [UInt8](bytes)
        received += copy
        if echoes { connection.send(copy.span.bytes) }
    }

    func connectionDidDrain(_ connection: any Connection) { drains += 1 }

    func connection(_ connection: any Connection, didCloseWith reason: CloseReason) { end = reason }
}

extension EventLoop {
    /// Runs until `condition` holds, at most `limit`; whether it does then.
    func run(until limit: Duration = .seconds(10), _ condition: @escaping () -> Bool) -> Bool {
        let deadline = now + limit
        let poll = every(.milliseconds(5)) { [unowned self] in if condition() || now >= deadline { stop() } }
        run()
        poll.cancel()
        return condition()
    }

    func run(for duration: Duration) { _ = run(until: duration) { false } }
}
