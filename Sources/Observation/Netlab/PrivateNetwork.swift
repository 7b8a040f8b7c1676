import CLinux
import Glibc

/// The lab's network: a server's namespace and the workstations', joined by a veth pair or by a line, inside namespaces that are this
/// process's own, so that nothing of the machine's is touched and no root is needed.
///
/// Addresses are of RFC 2544's range for tests, 198.18.0.0/15. All of 198.18.0.0/16 is local to the workstations'
/// namespace, so that a socket there may bind to any of it. The server's route to it goes *via* the other end of the
/// veth pair: without that every workstation would be a neighbour of its own and the neighbour table full at 1,024
/// (`gc_thresh3`, arp(7)).
public final class PrivateNetwork {
    /// The two namespaces, by the names that ip-netns(8) gives them.
    public enum Side: String, CaseIterable, Sendable {
        case server
        case clients
    }

    /// What joins the two.
    public enum Joint: Sendable {
        case veth
        /// A TUN device at each end, with the same names, addresses and routes as the veth pair's. Nothing passes until a
        /// ``LineBridge`` has them both open; captures there have no Ethernet headers.
        case line
    }

    /// The server's end: the interface to capture on, in ``Side/server``.
    public static let serverInterface = "tslab0"
    /// The other end, in ``Side/clients``.
    public static let clientInterface = "tslab1"
    /// Packets that the kernel keeps for a line that has not read them yet.
    private static let tunQueue = 10_000
    /// 198.19.1.1 to the end of 198.19.0.0/16.
    public static let mostServerAddresses = 65_279
    /// The first workstation's network, 198.18.0.0/16, in host byte order.
    public static let workstations: UInt32 = 198 << 24 | 18 << 16

    /// How many addresses the server has.
    public let serverAddressCount: Int

    /// Builds the network. To call once, in a process that ``reexecute(arguments:)`` has brought inside.
    ///
    /// - Parameters:
    ///   - serverAddresses: how many addresses the server gets, 198.19.1.1 and up: one for each cell of the lab.
    ///   - tcpRetries2: the server namespace's `net.ipv4.tcp_retries2`, how often its TCP repeats data before it gives
    ///     a connection up (tcp(7); 15 is the kernel's own, some 15 minutes and more); nil leaves it.
    ///   - joint: what joins the two namespaces.
    /// - Throws: what a tool said, ``NetlabError/notPermitted(action:)`` outside of a private network, or
    ///   ``NetlabError/noTun(errno:)`` where a line cannot be made.
    public init(serverAddresses count: Int, tcpRetries2: Int? = nil, joint: Joint = .veth) throws(NetlabError) {
        guard 1...Self.mostServerAddresses ~= count else { throw NetlabError.badServerAddressCount(count) }
        serverAddressCount = count
        // Named namespaces are files in /run/netns, which an unprivileged user could not make on the real /run; the
        // mount is seen in this process's mount namespace only.
        guard linux_mount_tmpfs("/run") == 0 else { throw NetlabError.from(errno: errno, "mount a private /run") }
        for side in Side.allCases { try Command.run("ip", ["netns", "add", side.rawValue]) }
        switch joint {
        case .veth:
            try Command.run(
                "ip",
                [
                    "link", "add", Self.serverInterface, "netns", Side.server.rawValue, "type", "veth", "peer", "name",
                    Self.clientInterface, "netns", Side.clients.rawValue,
                ])
        case .line:
            for side in Side.allCases { try makeTun(side) }
        }
        try batch(
            .clients,
            [
                "link set lo up", "address add 198.19.0.2/30 dev \(Self.clientInterface)",
                "link set \(Self.clientInterface) up", "route add local 198.18.0.0/16 dev lo",
                "route add default via 198.19.0.1",
            ])
        try batch(
            .server,
            [
                "link set lo up", "address add 198.19.0.1/30 dev \(Self.serverInterface)",
                "link set \(Self.serverInterface) up", "route add 198.18.0.0/16 via 198.19.0.2",
            ] + (1...count).map { "address add \(Self.serverAddress($0).dottedQuad)/32 dev lo" })
        for side in Side.allCases {
            // Thousands connect at once: the queues must hold them all (listen(2), tcp(7)).
            try setting("net.core.somaxconn", "65535", in: side)
            try setting("net.ipv4.tcp_max_syn_backlog", "65535", in: side)
            try setting("net.ipv4.ip_local_port_range", "1024 65535", in: side)
        }
        if let tcpRetries2 { try setting("net.ipv4.tcp_retries2", "\(tcpRetries2)", in: .server) }
    }

    /// The server's address for a cell of the lab, in host byte order: 198.19.1.`cell`, and on into 198.19.2.0.
    ///
    /// - Parameter cell: 1 and up.
    public static func serverAddress(_ cell: Int) -> UInt32 {
        198 << 24 | 19 << 16 | 1 << 8 + UInt32(cell)
    }

    /// The interface that leads to the other side.
    public static func interface(of side: Side) -> String { side == .server ? serverInterface : clientInterface }

    /// How to run a program inside: what to execute and its arguments.
    public func command(
        in side: Side, _ program: String, _ arguments: [String]
    ) -> (executable: String, arguments: [String]) {
        (Command.find("ip") ?? "ip", ["netns", "exec", side.rawValue, program] + arguments)
    }

    /// Sets a sysctl of one namespace: `net.ipv4.tcp_retries2`.
    public func setting(_ name: String, _ value: String, in side: Side) throws(NetlabError) {
        let path = "/proc/sys/" + name.map { $0 == "." ? "/" : $0 }
        // /proc/sys/net shows the reading thread's own network namespace.
        let written = try? NetworkNamespace.within(side.rawValue) { () -> Int32 in
            let descriptor = open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return errno }
            defer { close(descriptor) }
            return write(descriptor, value, value.utf8.count) < 0 ? errno : 0
        }
        guard let written else { throw NetlabError.noSuchNamespace(side.rawValue) }
        if written != 0 { throw NetlabError.from(errno: written, "set \(name) to \(value) in \(side)") }
    }

    private func makeTun(_ side: Side) throws(NetlabError) {
        try TunDevice.make(Self.interface(of: side), in: side.rawValue)
        try prepareTun(Self.interface(of: side), in: side)
    }

    func prepareTun(_ name: String, in side: Side) throws(NetlabError) {
        // What a line's own queue drops is counted; the kernel's before it must never be full.
        try batch(side, ["link set \(name) txqueuelen \(Self.tunQueue)"])
        // IPv6 asks for routers as soon as the interface is up, and would place calls with it. Where the kernel has no IPv6
        // there is nothing to turn off.
        try? setting("net.ipv6.conf.\(name).disable_ipv6", "1", in: side)
    }

    func batch(_ side: Side, _ lines: [String]) throws(NetlabError) {
        try Command.run("ip", ["-netns", side.rawValue, "-batch", "-"], input: lines.joined(separator: "\n") + "\n")
    }
}
