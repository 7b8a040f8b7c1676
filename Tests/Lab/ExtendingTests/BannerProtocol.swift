import EventLoop
@testable import LoadGenerator
import TerminalClient
import Transport

extension LoadProtocol {
    /// Any server that speaks first, such as SSH's or SMTP's: the client is logged on when it has heard the greeting.
    static let banner = LoadProtocol(
        LoadProtocolTraits(
            name: "banner", summary: "any server that speaks first, such as SSH or SMTP: logged on is who was greeted",
            open: { client, load, source throws(EventLoopError) in
                try BannerConnection(
                    to: load.plan.target(of: client.workstation), from: source, on: load.loop,
                    greeted: { [unowned client] in client.opened() },
                    closed: { [unowned client] in client.ended(.transport($0)) })
            }))
}

/// A connection that waits for a greeting and says nothing.
final class BannerConnection: LoadSession, ConnectionHandler {
    private(set) var connection: (any Connection)?
    private let greeted: () -> Void
    private let closed: (CloseReason) -> Void

    init(
        to endpoint: Endpoint, from source: SocketAddress?, on loop: EventLoop, greeted: @escaping () -> Void,
        closed: @escaping (CloseReason) -> Void
    ) throws(EventLoopError) {
        self.greeted = greeted
        self.closed = closed
        connection = try Transport.connect(endpoint, from: source, backlogLimit: 0, on: loop, handler: self)
    }

    // What a logon deadline needs.
    let awaited = "a greeting"
    func giveUpLogon(after limit: Duration) { vanish() }

    // What faults are made of.
    func hang() { connection?.pauseReading() }
    func wake() { connection?.resumeReading() }
    func die() { connection?.close(.orderly) }
    func vanish() { connection?.close(.abort) }
    func disconnect() { die() }
    func logOff() { die() }

    // What the connection reports.
    func connectionDidOpen(_ connection: any Connection) {}
    func connection(_ connection: any Connection, didReceive bytes: RawSpan) { greeted() }
    func connectionDidDrain(_ connection: any Connection) {}

    func connection(_ connection: any Connection, didCloseWith reason: CloseReason) {
        self.connection = nil
        closed(reason)
    }
}
