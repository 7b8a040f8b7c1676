import EventLoop
import Glibc
import TemporaryTestSupport
import Time
import Wire

public let loopback = SocketAddress.ipv4(0x7F00_0001, port: 0)

/// Foundation has a stream too.
public typealias LoopStream = Stream

/// A path for a UNIX socket that nobody else has.
public func freshPath() -> String { Temporary.path(".sock") }

extension EventLoop {
    /// Runs until the condition holds; false where it does not within the limit.
    public func run(for limit: Duration = .seconds(20), until condition: @escaping () -> Bool) -> Bool {
        let poll = every(.milliseconds(2)) { [unowned self] in if condition() { stop() } }
        let guardian = after(limit) { [unowned self] in stop() }
        run()
        poll.cancel()
        guardian.cancel()
        return condition()
    }

    /// Runs for a while, for what must not happen.
    public func run(for time: Duration) {
        let end = after(time) { [unowned self] in stop() }
        run()
        end.cancel()
    }
}

/// Writes down what a connection's handler hears, and does what a test wants done then.
public final class Recorder: ConnectionHandler {
    public var opened = 0
    public var drained = 0
    public var received: [UInt8] = []
    public var closes: [CloseReason] = []
    public var onOpen: (any Connection) -> Void = { _ in }
    public var onReceive: (any Connection, [UInt8]) -> Void = { _, _ in }
    public var onDrain: (any Connection) -> Void = { _ in }
    public var onClose: (any Connection) -> Void = { _ in }

    public init() {}

    public var hasOpened: Bool { opened > 0 }
    /// Why the connection ended; nil while it has not.
    public var end: CloseReason? { closes.first }

    public func connectionDidOpen(_ connection: any Connection) {
        opened += 1
        onOpen(connection)
    }

    public func connection(_ connection: any Connection, didReceive bytes: RawSpan) {
        let new = [UInt8](bytes)
        received += new
        onReceive(connection, new)
    }

    public func connectionDidDrain(_ connection: any Connection) {
        drained += 1
        onDrain(connection)
    }

    public func connection(_ connection: any Connection, didCloseWith reason: CloseReason) {
        closes.append(reason)
        onClose(connection)
    }
}

extension Connection {
    @discardableResult public func send(_ bytes: [UInt8]) -> SendOutcome { send(bytes.span.bytes) }
}

/// One connection over loopback with both its ends in hand.
public final class Pair {
    public let loop: EventLoop
    public let client = Recorder()
    public let server = Recorder()
    public private(set) var clientEnd: Stream
    public private(set) var serverEnd: Stream!
    private let listener: Listener

    public init(_ loop: EventLoop, at address: SocketAddress = loopback, backlogLimit: Int = 64 * 1024) throws {
        self.loop = loop
        var accepted: Stream?
        let server = server
        listener = try Listener(on: loop, address: address, backlogLimit: backlogLimit) {
            accepted = $0
            return server
        }
        clientEnd = try Stream.connect(to: listener.address, backlogLimit: backlogLimit, on: loop, handler: client)
        let client = client
        guard loop.run(until: { client.opened == 1 && accepted != nil }) else { throw EventLoopError("connect", errno: 0) }
        serverEnd = accepted
    }
}
