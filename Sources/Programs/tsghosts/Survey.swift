import Ghosts
import Glibc
import SocketDiag

/// Finds the connections: sockets from sock_diag, their programs from /proc, their options from borrowed descriptors.
struct Survey {
    let views: [NamespaceView]
    let filter: ConnectionFilter
    private(set) var census = Census()
    /// Connections whose program this user may not see, or whose options he may not read.
    private(set) var hidden = 0

    private struct Listener {
        let id: DiagID
        let inode: UInt32
        let namespace: Int
        /// Any address (0 or ::), which IPv4 connections come to as well where it is IPv6's.
        var isWildcard: Bool { id.localHigh == 0 && id.localLow == 0 }
    }

    private var listeners: [Listener] = []
    /// By namespace and port.
    private var byPort: [UInt64: [Int]] = [:]

    static func take(_ views: [NamespaceView], _ filter: ConnectionFilter) throws -> Survey {
        var survey = Survey(views: views, filter: filter)
        survey.census.namespaces = views.map(\.name)
        for index in views.indices { try survey.look(into: index) }
        survey.findPrograms()
        survey.readOptions()
        return survey
    }

    private init(views: [NamespaceView], filter: ConnectionFilter) {
        self.views = views
        self.filter = filter
    }

    private mutating func look(into namespace: Int) throws {
        let view = views[namespace]
        try view.channel.dump(states: [TCPSocket.listening]) { socket in
            byPort[Self.key(namespace, socket.id.localPort), default: []].append(listeners.count)
            listeners.append(Listener(id: socket.id, inode: socket.inode, namespace: namespace))
        }
        var seen: Set<UInt64> = []
        try view.channel.dump(states: [TCPSocket.established]) { socket in
            guard let listener = self.listener(of: socket, namespace), filter.admits(socket), seen.insert(socket.id.cookie).inserted else {
                return
            }
            let held = HeldAtMost(socket, options: nil, kernel: view.kernel)
            census.connections.append(Connection(socket: socket, server: listener, held: held))
        }
    }

    private static func key(_ namespace: Int, _ port: UInt16) -> UInt64 { UInt64(namespace) << 16 | UInt64(port) }

    /// The one at the connection's own address before one at any.
    private func listener(of socket: TCPSocket, _ namespace: Int) -> Int? {
        guard let candidates = byPort[Self.key(namespace, socket.id.localPort)] else { return nil }
        let local = socket.local
        return candidates.first { listeners[$0].id.local == local } ?? candidates.first { listeners[$0].isWildcard }
    }

    /// Puts names to listeners and connections, and drops what `--process` does not mean.
    private mutating func findPrograms() {
        var wanted: [UInt32: Int32] = [:]
        wanted.reserveCapacity(census.connections.count + listeners.count)
        for (index, connection) in census.connections.enumerated() where connection.socket.inode != 0 {
            wanted[connection.socket.inode] = Int32(index)
        }
        // Below 0: a listener.
        for (index, listener) in listeners.enumerated() where listener.inode != 0 { wanted[listener.inode] = -1 - Int32(index) }
        var owners = [Int32](repeating: 0, count: listeners.count)
        var scan = ProcessScan()
        scan.run { inode, holder in
            guard let index = wanted[inode] else { return }
            if index < 0 {
                // The first is the oldest: a master that left the connections to its workers.
                if owners[Int(-1 - index)] == 0 { owners[Int(-1 - index)] = holder.process }
            } else {
                // The last is the youngest: the child that a connection was left to.
                census.connections[Int(index)].process = holder.process
                census.connections[Int(index)].descriptor = holder.descriptor
            }
        }
        nameServers(owners)
    }

    private mutating func nameServers(_ owners: [Int32]) {
        var names: [Int32: String] = [:]
        func name(_ process: Int32) -> String {
            if let known = names[process] { return known }
            let name = process == 0 ? "" : TerminalText.plain(ProcessScan.name(of: process))
            names[process] = name
            return name
        }
        // Listeners of one program at one port, as for IPv4 and IPv6, are one server.
        var numbers: [Server: Int] = [:]
        let serverOf = listeners.indices.map { index -> Int in
            let server = Server(
                namespace: listeners[index].namespace, port: listeners[index].id.localPort, process: owners[index],
                name: name(owners[index]))
            if let known = numbers[server] { return known }
            numbers[server] = census.servers.count
            census.servers.append(server)
            return census.servers.count - 1
        }
        for index in census.connections.indices { census.connections[index].server = serverOf[census.connections[index].server] }
        guard filter.process != nil else { return }
        census.connections.removeAll {
            let process = $0.process
            return !filter.admits(server: census.servers[$0.server], process: process, name: name(process))
        }
    }

    private mutating func readOptions() {
        var processes = ProcessCache()
        for index in census.connections.indices {
            let connection = census.connections[index]
            guard connection.socket.inode != 0 else { continue }
            guard connection.process != 0, let process = processes[connection.process],
                let socket = BorrowedSocket(process, descriptor: connection.descriptor, cookie: connection.socket.id.cookie),
                let options = socket.options
            else {
                // ESTALE and the like: it has just ended.
                if connection.process == 0 || errno == EPERM || errno == EACCES { hidden += 1 }
                continue
            }
            census.connections[index].options = options
            census.connections[index].held = HeldAtMost(
                connection.socket, options: options, kernel: views[census.servers[connection.server].namespace].kernel)
        }
    }
}

/// Processes that descriptors are borrowed from, each opened once.
struct ProcessCache {
    private var open: [Int32: BorrowedProcess] = [:]

    subscript(_ identifier: Int32) -> BorrowedProcess? {
        mutating get {
            if let known = open[identifier] { return known }
            let process = BorrowedProcess(identifier)
            open[identifier] = process
            return process
        }
    }
}
