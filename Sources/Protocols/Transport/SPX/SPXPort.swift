import EventLoop
import Liveness
import SPX
import Time
import Wire

/// One UDP socket that carries any number of SPX connections, as RFC 1234 has IPX carried.
///
/// The RFC gives UDP port 213 to both sides; here a server listens on any, and clients share one that the kernel chooses.
/// A datagram is its connection's by the destination connection id, which is given once per port, and by the two
/// addresses. One for a connection that is not known is dropped without a word: SPX has no reset, so a machine that has
/// rebooted stays silent, and its peers' watchdogs find that out as they do of one without power.
public final class SPXPort {
    /// The IPX socket that servers here listen on: from the range that Novell gave out (0x8000 and up), with the number of
    /// RDP's TCP port in it. Nobody has registered it.
    public static let serverSocket: UInt16 = 0x8D3D
    /// The range that programs take IPX sockets from as they need them (Novell: "dynamic sockets").
    private static let dynamicSockets: ClosedRange<UInt16> = 0x4000...0x7FFF
    /// How finely the connections' deadlines are looked at; 128 of these reach beyond the watchdog's 6 s.
    private static let tick = Duration.milliseconds(50)
    /// Fewer than there are connection ids, so that a free one is found at once.
    private static let mostConnections = 60_000
    /// Most accepted connections whose peers have not been heard of since they asked: each may have been asked for by nobody
    /// real. As many as NetBEUI has links without a session.
    private static let mostUnheard = 4096
    /// IPv4 and UDP headers, which count as traffic too.
    private static let outerHeaders = 28

    let loop: EventLoop
    let settings: SPXSettings
    let ipxSocket: UInt16
    let isServer: Bool
    private var socket: DatagramSocket?
    private var connections: [UInt16: SPXConnection] = [:]
    /// Accepted connections by who asked, to know a request that comes again.
    private var accepted: [Requester: UInt16] = [:]
    private var unheard = 0
    private var lastID = UInt16.random(in: 1...UInt16.max - 1)
    private var wheel = DeadlineWheel<UInt16>(tick: tick, ticks: 128)
    private var timer: Timer?
    private var writer = ByteWriter(reservingCapacity: 1500)
    /// Gives a connection that a peer asks for its handler; nil where this port does not listen.
    var accept: ((SPXConnection) -> (any ConnectionHandler)?)?
    public private(set) var traffic = LivenessTraffic()
    /// Datagrams that were no SPX, or for no connection.
    public private(set) var dropped: UInt64 = 0

    private struct Requester: Hashable {
        let address: UInt32
        let port: UInt16
        let id: UInt16
    }

    /// - Parameter isServer: whether ``serverSocket`` is this port's IPX socket, and not a dynamic one.
    public init(
        on loop: EventLoop, address: SocketAddress, isServer: Bool, parameters: SPXParameters = .windowsNT4
    ) throws(EventLoopError) {
        self.loop = loop
        settings = SPXSettings(parameters)
        self.isServer = isServer
        ipxSocket = isServer ? Self.serverSocket : UInt16.random(in: Self.dynamicSockets)
        guard case .ipv4 = address else { throw EventLoopError("carry IPX over \(address): RFC 1234 is for IPv4", errno: 0) }
        socket = try DatagramSocket(
            on: loop, address: address,
            receiveAddressed: { [unowned self] bytes, peer, destination in
                receive(bytes, from: peer, to: destination)
            })
    }

    /// Where the socket is bound.
    public var address: SocketAddress { socket?.address ?? .ipv4(0, port: 0) }

    /// Connections in the port's memory, those included that have ended and may still be asked about.
    public var connectionCount: Int { connections.count }

    // MARK: Connections

    /// Asks the peer at `remote` for a connection from the address `local` of this host.
    public func connect(
        to remote: (address: UInt32, port: UInt16), from local: UInt32, backlogLimit: Int, handler: any ConnectionHandler
    ) throws(EventLoopError) -> SPXConnection {
        guard let id = freeID() else { throw EventLoopError("connect: all SPX connection ids are taken", errno: 0) }
        let connection = SPXConnection(
            port: self, machine: SPXMachine(connectingAs: id, settings: settings, at: loop.now), local: local,
            remote: remote, remoteIPX: IPXAddress(ipv4: remote.address, socket: Self.serverSocket),
            backlogLimit: backlogLimit)
        connections[id] = connection
        connection.start(handler)
        return connection
    }

    private func freeID() -> UInt16? {
        guard connections.count < Self.mostConnections else { return nil }
        repeat { lastID = lastID &+ 1 } while lastID == 0 || lastID == SPXHeader.unknownConnection || connections[lastID] != nil
        return lastID
    }

    /// The connection's machine has nothing more to do.
    func forget(_ connection: SPXConnection) {
        let id = connection.machine.localID
        guard connections[id] === connection else { return }
        connections[id] = nil
        heard(of: connection)
        let requester = Requester(
            address: connection.remote.address, port: connection.remote.port, id: connection.machine.remoteID)
        if accepted[requester] == id { accepted[requester] = nil }
    }

    private func heard(of connection: SPXConnection) {
        guard connection.isUnheard else { return }
        connection.isUnheard = false
        unheard -= 1
    }

    // MARK: Packets

    /// Sends what the connection's machine has to send.
    func pump(_ connection: SPXConnection) {
        let now = loop.now
        let source = IPXAddress(ipv4: connection.local, socket: ipxSocket)
        let peer = SocketAddress.ipv4(connection.remote.address, port: connection.remote.port)
        while let kind = connection.machine.nextPacket(from: source, to: connection.remoteIPX, into: &writer, at: now) {
            if kind == .probe { traffic.probesSent.add(bytes: writer.count + Self.outerHeaders) }
            if kind == .probeAnswer { traffic.answersSent.add(bytes: writer.count + Self.outerHeaders) }
            socket?.send(writer.bytes.span.bytes, to: peer, from: connection.local)
            writer.removeAll()
        }
        schedule(connection, at: now)
    }

    private func receive(_ bytes: RawSpan, from peer: SocketAddress, to destination: UInt32) {
        var reader = ByteReader(bytes)
        guard case .ipv4(let address, let port) = peer, let packet = try? SPXPacket.read(&reader),
            let data = try? reader.span(packet.dataLength)
        else {
            dropped += 1
            return
        }
        if packet.spx.isRequest { return request(packet, from: (address, port), to: destination) }
        guard let connection = connections[packet.spx.destinationID], connection.remote == (address, port),
            connection.local == destination
        else { return drop(packet.spx, size: bytes.byteCount) }
        guard !connection.isFrozen else { return dropped += 1 }
        heard(of: connection)
        let arrival = connection.machine.receive(packet.spx, data: data, at: loop.now)
        if arrival == .probe { traffic.probesReceived.add(bytes: bytes.byteCount + Self.outerHeaders) }
        if arrival == .probeAnswer { traffic.answersReceived.add(bytes: bytes.byteCount + Self.outerHeaders) }
        connection.tell(arrival, data)
    }

    /// A packet for no connection is not answered; but a probe, which a peer sends that does not know of the end yet, has
    /// gone over the wire.
    private func drop(_ header: SPXHeader, size: Int) {
        dropped += 1
        if header.isProbe { traffic.probesReceived.add(bytes: size + Self.outerHeaders) }
    }

    /// A peer asks for a connection; where nobody listens, or the listener will not have it, it hears nothing.
    private func request(_ packet: SPXPacket, from peer: (address: UInt32, port: UInt16), to destination: UInt32) {
        guard packet.ipx.destination.socket == ipxSocket else { return dropped += 1 }
        let requester = Requester(address: peer.address, port: peer.port, id: packet.spx.sourceID)
        if let id = accepted[requester], let connection = connections[id] {
            // A rebooted peer that comes back with the same id is taken for this request come again, and waits until the
            // watchdog has found the old connection dead; ids begin anywhere, so that it seldom does.
            if connection.machine.isOpen {
                guard !connection.isFrozen else { return }
                connection.machine.receiveRequestAgain()
                return pump(connection)
            }
            // The peer uses the id anew; the ended connection that had it need not be answered for any more.
            accepted[requester] = nil
        }
        guard let accept, unheard < Self.mostUnheard, let id = freeID() else { return dropped += 1 }
        let connection = SPXConnection(
            port: self, machine: SPXMachine(accepting: packet.spx, as: id, settings: settings, at: loop.now),
            local: destination, remote: peer, remoteIPX: packet.ipx.source, backlogLimit: backlogLimit)
        guard let handler = accept(connection) else { return connection.turnAway() }
        connections[id] = connection
        connection.isUnheard = true
        unheard += 1
        accepted[requester] = id
        connection.start(handler)
    }

    /// Of accepted connections.
    var backlogLimit = 64 * 1024

    // MARK: Time

    /// Sees to it that the connection is looked at by its next deadline. One that only moved later is left where it is in
    /// the wheel and put back when it comes up.
    func schedule(_ connection: SPXConnection, at now: MonotonicTime) {
        guard !connection.isFrozen, let deadline = connection.machine.nextDeadline else { return }
        let slot = wheel.slot(for: deadline, at: now)
        guard connection.slot < 0 || slot < connection.slot else { return }
        connection.slot = slot
        wheel.add(connection.machine.localID, slot: slot, at: now)
        if timer == nil { timer = loop.every(Self.tick) { [unowned self] in turn() } }
    }

    private func turn() {
        let now = loop.now
        while let (id, slot) = wheel.popDue(at: now) {
            guard let connection = connections[id], connection.slot == slot else { continue }
            connection.slot = -1
            connection.advance(to: now)
        }
        if wheel.count == 0 { timer = nil }
    }
}
