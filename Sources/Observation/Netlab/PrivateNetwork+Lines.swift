import Glibc

/// Lines of some cells' own, beside what joins the two namespaces for all.
extension PrivateNetwork {
    /// Where a line of a cell's own ends, and what lies behind it.
    public struct CellLine: Equatable, Sendable {
        /// The TUN interfaces' names, in ``Side/server`` and ``Side/clients``.
        public let serverInterface: String
        public let clientInterface: String

        init(cell: Int) {
            serverInterface = "line\(cell)s"
            clientInterface = "line\(cell)c"
        }
    }

    /// Leads everything between a cell's server address and its workstations over two TUN interfaces, which a line's
    /// program is then to open.
    ///
    /// - Parameters:
    ///   - cell: whose server address, from 1.
    ///   - networks: the /24 networks of its workstations, as offsets from 198.18.0.0 in steps of 256.
    public func addLine(cell: Int, networks: [Int]) throws(NetlabError) -> CellLine {
        let line = CellLine(cell: cell)
        for (side, name) in [(Side.server, line.serverInterface), (.clients, line.clientInterface)] {
            try TunDevice.make(name, in: side.rawValue)
            try prepareTun(name, in: side)
            try batch(side, ["link set \(name) up"])
        }
        try batch(
            .server,
            networks.map {
                "route add \((Self.workstations + UInt32($0) << 8).dottedQuad)/24 dev \(line.serverInterface)"
            })
        try batch(.clients, ["route add \(Self.serverAddress(cell).dottedQuad)/32 dev \(line.clientInterface)"])
        return line
    }
}
