import EventLoop
import LoopTestSupport
import RDP
import Testing
import Wire

/// A client that does everything right until it has sent so many bytes.
final class CutClient: ConnectionHandler {
    enum Turn: Sendable { case silent, gone, nonsense }

    private var endpoint = ClientEndpoint(configuration: ClientConfiguration(user: "cut", clientName: "WS00666"))
    private let limit: Int
    private let turn: Turn
    private(set) var sent = 0
    /// What it had sent when it saw its desktop: with a byte less it would not have.
    private(set) var sentToTheDesktop: Int?
    private(set) var ends = 0
    private var isCut = false
    private var connection: (any Connection)?

    init(_ host: Host, after limit: Int, _ turn: Turn, waits: Bool = true) throws {
        self.limit = limit
        self.turn = turn
        connection = try LoopStream.connect(to: host.endpoint.address, backlogLimit: 1 << 20, on: host.loop, handler: self)
        guard waits else { return }
        try #require(host.loop.run { self.endpoint.isActive })
        var output = ByteWriter()
        endpoint.sendLogoff(output: &output)
        connection?.send(output.bytes)
        try #require(host.loop.run { self.ends == 1 })
    }

    func connectionDidOpen(_ connection: any Connection) {
        var output = ByteWriter()
        endpoint.start(output: &output)
        say(output.bytes, on: connection)
    }

    func connection(_ connection: any Connection, didReceive bytes: RawSpan) {
        guard !isCut else { return }
        var output = ByteWriter()
        var input = ByteReader(bytes)
        do throws(RDPError) {
            while try endpoint.next(&input, output: &output) != nil {}
        } catch {
            Issue.record("\(error)")
        }
        if endpoint.isActive, sentToTheDesktop == nil { sentToTheDesktop = sent }
        say(output.bytes, on: connection)
    }

    func connectionDidDrain(_ connection: any Connection) {}

    func connection(_ connection: any Connection, didCloseWith reason: CloseReason) { ends += 1 }

    private func say(_ bytes: [UInt8], on connection: any Connection) {
        let part = bytes.prefix(limit - sent)
        sent += part.count
        if !part.isEmpty { connection.send(Array(part)) }
        guard sent == limit, !isCut else { return }
        isCut = true
        switch turn {
        case .silent: break
        case .gone: connection.close(.orderly)
        case .nonsense: connection.send([UInt8](repeating: 0xA5, count: 100))
        }
    }
}
