import EventLoop
import RDP
import Time
import Transport
import Wire

/// A user who types at a fixed pace and waits to see it. A key that falls due while another's repaint is awaited counts
/// from when it was due, so that a server that stands still is not asked less often.
final class Echo: ConnectionHandler {
    private var endpoint: ClientEndpoint
    private let loop: EventLoop
    private let every: Duration
    private var connection: (any Connection)?
    private var timer: Timer?
    private var due: [MonotonicTime] = []
    private var isShiftedBack = false
    private let tell: (MonotonicTime, Duration) -> Void

    init(
        to target: Endpoint, number: Int, every: Duration, on loop: EventLoop, tell: @escaping (MonotonicTime, Duration) -> Void
    ) throws {
        self.loop = loop
        self.every = every
        self.tell = tell
        endpoint = ClientEndpoint(configuration: ClientConfiguration(user: "typist\(number)", clientName: "TYPIST\(number)"))
        connection = try Transport.connect(target, from: nil, backlogLimit: 65536, on: loop, handler: self)
    }

    private func key() {
        due.append(loop.now)
        guard due.count == 1 else { return }
        let character: UInt16 = isShiftedBack ? 8 : 0x61
        isShiftedBack.toggle()
        var output = ByteWriter()
        endpoint.sendInput([.unicode(character, released: false), .unicode(character, released: true)], output: &output)
        connection?.send(output.bytes.span.bytes)
    }

    func connectionDidOpen(_ connection: any Connection) {
        var output = ByteWriter()
        endpoint.start(output: &output)
        connection.send(output.bytes.span.bytes)
    }

    func connection(_ connection: any Connection, didReceive bytes: RawSpan) {
        var output = ByteWriter()
        var input = ByteReader(bytes)
        do {
            while let event = try endpoint.next(&input, output: &output) { handle(event) }
        } catch {
            fatalError("\(error)")
        }
        if !output.isEmpty { connection.send(output.bytes.span.bytes) }
    }

    private func handle(_ event: ClientEvent) {
        switch event {
        case .activated: timer = loop.every(every) { [unowned self] in key() }
        case .drawn:
            let now = loop.now
            for time in due { tell(time, now - time) }
            due.removeAll(keepingCapacity: true)
        default: break
        }
    }

    func connectionDidDrain(_ connection: any Connection) {}

    func connection(_ connection: any Connection, didCloseWith reason: CloseReason) { fatalError("lost: \(reason)") }
}
