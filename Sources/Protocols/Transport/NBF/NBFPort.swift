import EventLoop
import HeapModule
import Liveness
import NBF
import Time
import Wire

/// One socket that carries any number of NetBIOS sessions: a UDP socket with an 802.3 frame in each datagram, the convention
/// of QEMU's datagram network backend, or a network interface with the frames themselves.
///
/// A station's MAC address is made from the IPv4 address its datagrams come from (see ``MACAddress``), and a session is
/// known by the calling station: a server has one with each. Frames for a link that is not here are answered as 802.2
/// says, with DM, so that the peers of a machine that started anew hear of it.
public final class NBFPort {
    /// How finely the machines' deadlines are looked at, and how many of them at a time: sessions that began together are
    /// polled together, and thousands of frames at once would not fit a peer's socket buffer, then or at any T1 after.
    private static let tick = Duration.milliseconds(2)
    private static let wakesPerTick = 64
    private static let mostConnections = 60_000
    /// Most links on which no session has begun: each may have been asked for by nobody real.
    private static let mostUnbegun = 4096
    /// IPv4 and UDP headers of a frame in a datagram, which count as traffic too.
    private static let datagramHeaders: UInt64 = 28
    static let never = MonotonicTime(nanoseconds: .max)

    /// A session by its calling station, and by where that station's peer, or the station itself, is reached.
    struct Key: Hashable {
        let address: UInt32
        let port: UInt16
        let caller: MACAddress
    }

    private struct Wake: Comparable {
        let due: MonotonicTime
        let connection: NBFConnection

        static func < (a: Wake, b: Wake) -> Bool { a.due < b.due }
        static func == (a: Wake, b: Wake) -> Bool { a.due == b.due }
    }

    let loop: EventLoop
    private let settings: NBFSettings
    let isServer: Bool
    private var datagrams: DatagramSocket?
    private var frames: FrameSocket?
    /// The station that a server has on an interface, which brings it the frames of all; on a socket the kernel chooses.
    private let station: UInt32?
    private var connections: [Key: NBFConnection] = [:]
    /// Stations of this port that have no power.
    private var dark: Set<MACAddress> = []
    private var wakes = Heap<Wake>()
    private var timer: Timer?
    private var timerDue = never
    private var unbegun = 0
    /// The last session number of each workstation that has called.
    private var lastNumbers: [UInt32: UInt8] = [:]
    var output = NBFOutput()
    /// Gives a session that a peer begins its handler; nil where this port does not listen.
    var accept: ((NBFConnection) -> (any ConnectionHandler)?)?
    /// Of accepted sessions.
    var backlogLimit = 64 * 1024
    /// Datagrams that were no frame, or for no station of this port.
    public private(set) var dropped: UInt64 = 0
    /// Sees every frame sent and taken, as an analyser on the wire would.
    public var tap: ((RawSpan) -> Void)?

    /// - Parameters:
    ///   - interface: where to send and take frames; nil to have them in datagrams at `address`.
    ///   - isServer: whether this port's station has the terminal server's name.
    public init(
        on loop: EventLoop, address: SocketAddress, interface: String? = nil, isServer: Bool,
        parameters: NBFParameters = .windowsNT4
    ) throws(EventLoopError) {
        self.loop = loop
        settings = NBFSettings(parameters)
        self.isServer = isServer
        guard case .ipv4(let station, _) = address else {
            throw EventLoopError("carry NBF over \(address): stations are made from IPv4 addresses", errno: 0)
        }
        self.station = interface == nil || !isServer ? nil : station
        if let interface {
            frames = try FrameSocket(on: loop, interface: interface) { [unowned self] in receive(frame: $0) }
        } else {
            datagrams = try DatagramSocket(
                on: loop, address: address, receiveAddressed: { [unowned self] in receive(datagram: $0, from: $1, to: $2) })
        }
    }

    /// Where the UDP socket is bound; on an interface, the server's station without a port.
    public var address: SocketAddress { datagrams?.address ?? .ipv4(station ?? 0, port: 0) }

    /// Sessions in the port's memory, those included that are ending.
    public var connectionCount: Int { connections.count }

    /// What the drivers here sent and heard only to learn whether peers are there.
    public var traffic: LivenessTraffic {
        var traffic = LivenessTraffic()
        traffic.probesSent = count(output.sent.polls, output.sent.sessionAlives)
        traffic.answersSent = count(output.sent.finals)
        traffic.probesReceived = count(output.received.polls, output.received.sessionAlives)
        traffic.answersReceived = count(output.received.finals)
        return traffic
    }

    private func count(_ parts: TrafficCount...) -> LivenessTraffic.Count {
        var count = LivenessTraffic.Count()
        count.packets = parts.reduce(0) { $0 + UInt64($1.packets) }
        count.bytes = parts.reduce(0) { $0 + UInt64($1.bytes) } + count.packets * (frames == nil ? Self.datagramHeaders : 0)
        return count
    }

    // MARK: Sessions

    /// Calls the terminal server at `remote` from the workstation with the address `local`.
    public func connect(
        to remote: (address: UInt32, port: UInt16), from local: UInt32, backlogLimit: Int, handler: any ConnectionHandler
    ) throws(EventLoopError) -> NBFConnection {
        let stations = (0...UInt8.max).lazy.map { MACAddress(workstation: local, adapter: $0) }
        let keys = stations.map { Key(address: remote.address, port: remote.port, caller: $0) }
        guard let key = keys.first(where: { self.connections[$0] == nil }) else {
            throw EventLoopError("connect: the workstation has no station without a session", errno: 0)
        }
        lighten(key.caller)
        let machine = SessionMachine(
            from: key.caller, calling: .terminalServer, number: nextNumber(of: local), correlator: .random(in: 0...UInt16.max),
            settings: settings)
        let connection = NBFConnection(port: self, machine: machine, key: key, local: local, backlogLimit: backlogLimit)
        connections[key] = connection
        connection.start(handler)
        return connection
    }

    /// The number of a workstation's next session: it has each again only after all the others.
    private func nextNumber(of workstation: UInt32) -> UInt8 {
        let last = lastNumbers[workstation] ?? .random(in: 1...SessionNumbers.largest)
        let next = last % SessionNumbers.largest + 1
        lastNumbers[workstation] = next
        return next
    }

    /// The session's machine has nothing more to do.
    func forget(_ connection: NBFConnection) {
        guard connections[connection.key] === connection else { return }
        connections[connection.key] = nil
        begun(connection)
    }

    /// The station of the connection falls silent. A server's own station does not: it has many sessions.
    func darken(_ connection: NBFConnection) {
        forget(connection)
        if !isServer { dark.insert(connection.key.caller) }
    }

    func lighten(_ station: MACAddress) { dark.remove(station) }

    // MARK: Frames

    /// Sends what the connection's machine said, and sees to its next deadline.
    func flush(_ connection: NBFConnection) {
        if connection.isFrozen { output.frames.removeAll() }
        if !connection.machine.isUnbegun { begun(connection) }
        flush(to: .ipv4(connection.key.address, port: connection.key.port), from: connection.local)
        schedule(connection)
    }

    private func begun(_ connection: NBFConnection) {
        guard connection.isUnbegun else { return }
        connection.isUnbegun = false
        unbegun -= 1
    }

    private func flush(to peer: SocketAddress, from local: UInt32) {
        guard !output.frames.isEmpty else { return }
        output.frames.forEach { frame in
            tap?(frame)
            frames?.send(frame)
            datagrams?.send(frame, to: peer, from: local)
        }
        output.frames.removeAll()
    }

    private func receive(datagram bytes: RawSpan, from peer: SocketAddress, to destination: UInt32) {
        guard case .ipv4(let address, let port) = peer, let frame = try? LLCFrame(decoding: bytes) else { return dropped += 1 }
        receive(frame, bytes, from: (address, port), to: destination)
    }

    /// An interface brings the frames of every station on the LAN; those for others are none of this port's business.
    private func receive(frame bytes: RawSpan) {
        guard let frame = try? LLCFrame(decoding: bytes), let peer = frame.source.workstation,
            let destination = frame.destination.workstation ?? station,
            station.map({ $0 == destination }) ?? (lastNumbers[destination] != nil)
        else { return dropped += 1 }
        receive(frame, bytes, from: (peer, 0), to: destination)
    }

    private func receive(
        _ frame: LLCFrame, _ bytes: RawSpan, from peer: (address: UInt32, port: UInt16), to destination: UInt32
    ) {
        let caller = isServer ? frame.source : frame.destination
        let here = isServer ? MACAddress(workstation: destination) : caller
        guard frame.destination == here || isServer && frame.destination.isGroup,
            here.workstation == destination, !dark.contains(here)
        else { return dropped += 1 }
        let key = Key(address: peer.address, port: peer.port, caller: caller)
        if let connection = connections[key], frame.destination == here {
            guard !connection.isFrozen else { return dropped += 1 }
            tap?(bytes)
            return connection.settle(connection.machine.receive(frame, bytes, at: loop.now, into: &output), bytes)
        }
        tap?(bytes)
        unknownPeer(frame, bytes, key, at: here, destination)
    }

    /// A frame of no session here: a question for the name, the wish for a link, or a peer's memory of one that was.
    private func unknownPeer(_ frame: LLCFrame, _ bytes: RawSpan, _ key: Key, at here: MACAddress, _ local: UInt32) {
        let hasRoom = connections.count < Self.mostConnections && unbegun < Self.mostUnbegun
        if isServer, accept != nil {
            let isQuery = NameService.answer(
                frame, bytes, having: .terminalServer, at: here, hasRoom: hasRoom, into: &output)
            // A station that calls has let go of the link that is being ended with the one it was before.
            if isQuery, let former = connections[key], former.machine.isClosing { forget(former) }
            if !isQuery, hasRoom, !frame.isResponse, case .unnumbered(.sabme, let poll) = frame.control {
                let machine = SessionMachine(
                    at: here, answering: frame.source, pollFinal: poll, settings: settings, at: loop.now, into: &output)
                let connection = NBFConnection(
                    port: self, machine: machine, key: key, local: local, backlogLimit: backlogLimit)
                connections[key] = connection
                connection.isUnbegun = true
                unbegun += 1
                return flush(connection)
            }
        }
        NameService.disown(frame, at: here, into: &output)
        flush(to: .ipv4(key.address, port: key.port), from: local)
    }

    // MARK: Time

    /// Sees to it that the machine is looked at by its next deadline. A wake-up that comes before the deadline, because
    /// that moved later meanwhile, is put off when it comes: an idle session costs one each Ti.
    private func schedule(_ connection: NBFConnection) {
        let due = connection.machine.nextDeadline
        guard due < connection.wake, !connection.isFrozen, connections[connection.key] === connection else { return }
        connection.wake = due
        wakes.insert(Wake(due: due, connection: connection))
        arm()
    }

    private func arm() {
        guard let due = wakes.min?.due, due < timerDue else { return }
        let now = loop.now
        timerDue = max(due, now + Self.tick)
        timer = loop.after(timerDue - now) { [unowned self] in turn() }
    }

    private func turn() {
        timerDue = Self.never
        let now = loop.now
        for _ in 0..<Self.wakesPerTick {
            guard let wake = wakes.min, wake.due <= now else { break }
            wakes.removeMin()
            let connection = wake.connection
            guard connection.wake == wake.due else { continue }
            connection.wake = Self.never
            guard !connection.isFrozen, connections[connection.key] === connection else { continue }
            if connection.machine.nextDeadline <= now { connection.advance(to: now) } else { schedule(connection) }
        }
        arm()
    }
}
