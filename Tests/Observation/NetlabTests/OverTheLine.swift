import EventLoop
import Glibc
import Line
import Netlab
import NetlabTestSupport
import TemporaryTestSupport
import Testing
import Time

/// A network joined by a line, and that line's two ends.
struct LineLaboratory {
    let network: PrivateNetwork
    let server: TunDevice
    let clients: TunDevice

    static func get() throws -> LineLaboratory { try shared.get().value }

    private static let shared = Result { () throws in
        let network = try PrivateNetwork(serverAddresses: 1, joint: .line)
        print("a line was built")
        return Shared(
            value: LineLaboratory(
                network: network, server: try TunDevice(PrivateNetwork.serverInterface, in: "server"),
                clients: try TunDevice(PrivateNetwork.clientInterface, in: "clients")))
    }

    /// Used by one serialized suite only.
    private struct Shared: @unchecked Sendable { let value: LineLaboratory }
}

@Suite(.enabled(if: PrivateNetwork.isInside), .serialized) struct OverTheLine {
    private static let server = SocketAddress.ipv4(PrivateNetwork.serverAddress(1), port: 7400)
    private static let workstation = PrivateNetwork.workstations + 42

    private let laboratory: LineLaboratory
    private let loop: EventLoop

    init() throws {
        laboratory = try LineLaboratory.get()
        loop = try EventLoop()
    }

    private func bridge(_ text: String, onEvent: @escaping (LineEvent) -> Void = { _ in }) throws -> LineBridge {
        // The last connection's end still lies in the devices.
        let sink = LineBridge(
            try LinePlan(parsing: "direct"), seed: 1, server: laboratory.server, clients: laboratory.clients, on: loop)
        run(for: .milliseconds(50))
        sink.stop()
        return LineBridge(
            try LinePlan(parsing: text), seed: 1, server: laboratory.server, clients: laboratory.clients, on: loop,
            onEvent: onEvent)
    }

    private func run(for limit: Duration) {
        let guardian = loop.after(limit) { loop.stop() }
        loop.run()
        guardian.cancel()
    }

    /// There and back takes twice the delay, and a little for the loop and the kernel.
    @Test(arguments: [20, 60])
    func aRoundTripTakesTwiceTheDelay(milliseconds: Int) throws {
        let bridge = try bridge("direct:delay=\(milliseconds)ms")
        var echo: DatagramSocket!
        echo = try NetworkNamespace.within("server") {
            try DatagramSocket(on: loop, address: Self.server) { bytes, peer in _ = echo.send(bytes, to: peer) }
        }
        var trips: [Duration] = []
        var sent = loop.now
        var client: DatagramSocket!
        let byte: [UInt8] = [1]
        client = try NetworkNamespace.within("clients") {
            try DatagramSocket(on: loop, address: .ipv4(Self.workstation, port: 7400)) { _, _ in
                trips.append(loop.now - sent)
                if trips.count == 10 { return loop.stop() }
                sent = loop.now
                client.send(byte.span.bytes, to: Self.server)
            }
        }
        sent = loop.now
        client.send(byte.span.bytes, to: Self.server)
        run(for: .seconds(10))
        #expect(trips.count == 10)
        #expect(trips.allSatisfy { $0 >= .milliseconds(2 * milliseconds) })
        let median = try #require(trips.sorted().dropFirst(trips.count / 2).first)
        print("round trips over \(milliseconds) ms: median \(median)")
        #expect(median.inSeconds / (2 * Double(milliseconds) / 1000) < 1.25)
        #expect(bridge.line.totals.arrived.toServer.packets == 10 && bridge.refused == 0)
        // They hold each other.
        echo.close()
        client.close()
        echo = nil
        client = nil
    }

    /// 150,000 bytes of a TCP stream to the clients take as long as their packets' bits.
    @Test(arguments: [400_000, 1_600_000])
    func aStreamIsAsFastAsTheLine(rate: Int) throws {
        let bridge = try bridge("direct:rate=\(rate),delay=5ms")
        let connection = try TCPPair(on: loop, server: Self.server, client: Self.workstation)
        connection.onOpen = { connection.server?.send([UInt8](repeating: 7, count: 150_000).span.bytes) }
        var began: MonotonicTime?
        connection.onReceived = { total in
            began = began ?? loop.now
            if total == 150_000 { loop.stop() }
        }
        run(for: .seconds(20))
        #expect(connection.received == 150_000)
        let seconds = (loop.now - (try #require(began))).inSeconds
        // The clock began after the first packet.
        let expected = Double(bridge.line.totals.arrived.toClients.bytes) * 8 / Double(rate)
        print("150,000 bytes at \(rate) bit/s: \(seconds) s, expected \(expected) s")
        #expect(0.85...1.2 ~= seconds / expected)
        connection.close()
    }

    /// With TCP keepalive each probe places a call; without, an idle connection places none. The analyser is the witness.
    @Test(arguments: [true, false])
    func anIdleConnectionCallsOncePerProbe(keepalive: Bool) throws {
        let file = Temporary.path(".pcapng")
        defer { unlink(file) }
        var calls: [LineCall] = []
        let bridge = try bridge("direct:rate=64k,dial=100ms,idle=1s") { if case .ended(let call) = $0 { calls.append(call) } }
        let capture = try Capture(in: laboratory.network, to: file)
        let connection = try TCPPair(on: loop, server: Self.server, client: Self.workstation)
        connection.onOpen = {
            guard keepalive, let descriptor = connection.server?.fileDescriptor else { return }
            let socket = PlainSocket(dup(descriptor))
            socket.keepAlive(idle: 2, interval: 1, count: 5)
        }
        run(for: .milliseconds(9_800))
        bridge.stop()
        _ = try capture.stop()
        let probes = try Command.run(
            "tshark", ["-n", "-r", file, "-Y", "tcp.analysis.keep_alive", "-T", "fields", "-e", "frame.number"]
        ).split(separator: "\n").count
        print("calls \(calls.count), probes \(probes)")
        // The first call is the connection's own.
        #expect(calls.first?.cause.direction == .toServer && calls.first?.cause.flags == "S")
        let others = calls.dropFirst()
        #expect(others.count == probes)
        // A probe 2 s after the last answer, which takes 0.1 s of dialling: floor(9.7 / 2.1) of them.
        #expect(keepalive ? 3...5 ~= probes : probes == 0)
        #expect(others.allSatisfy { $0.cause.direction == .toClients && $0.cause.flags == "A" && $0.sent.toServer.packets == 1 })
        #expect(calls.allSatisfy { $0.end == .idle || $0 == calls.last })
        connection.close()
    }
}

/// One TCP connection over the line, both of its ends on the loop.
final class TCPPair {
    private(set) var server: Stream?
    private(set) var received = 0
    var onOpen: () -> Void = {}
    var onReceived: (Int) -> Void = { _ in }
    private var client: Stream?
    private var listener: Listener?

    init(on loop: EventLoop, server address: SocketAddress, client workstation: UInt32) throws {
        listener = try NetworkNamespace.within("server") {
            try Listener(on: loop, address: address, backlogLimit: 1 << 20) { [unowned self] stream in
                server = stream
                return End()
            }
        }
        client = try NetworkNamespace.within("clients") {
            try Stream.connect(
                to: address, from: .ipv4(workstation, port: 0), backlogLimit: 1 << 20, on: loop,
                handler: End(opened: { [unowned self] in opening = loop.after(.milliseconds(200)) { [unowned self] in onOpen() } }) {
                    [unowned self] in
                    received += $0
                    onReceived(received)
                })
        }
    }

    private var opening: Timer?

    func close() {
        server?.close(.abort)
        client?.close(.abort)
        listener?.close()
    }

    private final class End: ConnectionHandler {
        let opened: () -> Void
        let receive: (Int) -> Void

        init(opened: @escaping () -> Void = {}, receive: @escaping (Int) -> Void = { _ in }) {
            self.opened = opened
            self.receive = receive
        }

        func connectionDidOpen(_ connection: any Connection) { opened() }
        func connection(_ connection: any Connection, didReceive bytes: RawSpan) { receive(bytes.byteCount) }
        func connectionDidDrain(_ connection: any Connection) {}
        func connection(_ connection: any Connection, didCloseWith reason: CloseReason) {}
    }
}
