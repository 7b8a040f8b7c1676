import EventLoop
import Liveness
import LoopTestSupport
import Transport

/// A server that echoes, and its clients, in one loop, over a transport whose driver is in this process.
final class TransportBench {
    typealias Client = (connection: any DriverConnection, program: Recorder)

    let loop: EventLoop
    private(set) var listener: TransportListener!
    private(set) var accepted: [(connection: any Connection, program: Recorder)] = []
    var turnsAway = false

    init(_ kind: TransportKind, liveness: LivenessPolicy = .none) throws {
        loop = try EventLoop()
        listener = try Transport.listen(
            Endpoint(parsing: "\(kind.rawValue)://127.0.0.1:0"), liveness: liveness, backlogLimit: 64 * 1024, on: loop,
            trouble: { _ in },
            accept: { [unowned self] connection in
                if turnsAway { return nil }
                let program = Recorder()
                program.onReceive = { $0.send($1) }
                accepted.append((connection, program))
                return program
            })
    }

    func connect(from source: String? = nil) throws -> Client {
        let program = Recorder()
        let connection = try Transport.connect(
            listener.endpoint, from: source.flatMap { SocketAddress(host: $0, port: 0) }, backlogLimit: 64 * 1024,
            on: loop, handler: program)
        guard let connection = connection as? any DriverConnection else { throw EventLoopError("have its driver", errno: 0) }
        return (connection, program)
    }

    /// The program at the server that `client` talks to.
    func server(of client: any Connection) -> Recorder? {
        accepted.last { $0.connection.remoteAddress == client.localAddress }?.program
    }
}
