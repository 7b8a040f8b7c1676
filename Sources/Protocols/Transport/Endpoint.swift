import Describing
import EventLoop

/// Where to listen or connect: `tcp://127.0.0.1:3389`, `spx://127.0.0.1:213`, or without a scheme for TCP.
///
/// `nbf://198.19.1.1%eth0` is the station of 198.19.1.1 in frames on the interface eth0, where `nbf://198.19.1.1:3389` has
/// each frame in a UDP datagram.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    public var kind: TransportKind
    public var address: SocketAddress
    /// The interface to send and take frames on, for NetBEUI without UDP.
    public var interface: String?

    public init(kind: TransportKind, address: SocketAddress, interface: String? = nil) {
        self.kind = kind
        self.address = address
        self.interface = interface
    }

    public init(parsing text: String) throws(EndpointError) {
        let parts = text.split(separator: "://", maxSplits: 1)
        guard let kind = parts.count == 2 ? TransportKind(rawValue: String(parts[0])) : .tcp else {
            throw .scheme(String(parts[0]))
        }
        guard let last = parts.last.map(String.init) else { throw .address(text) }
        if kind.traits.takesInterfaces, let (address, interface) = Self.station(last) {
            self.init(kind: kind, address: address, interface: interface)
            return
        }
        guard let address = Self.address(last, kind), address.port != nil else { throw .address(text) }
        self.init(kind: kind, address: address)
    }

    /// Reads `198.19.1.1%eth0`; an interface's name has at most 15 bytes (IFNAMSIZ, netdevice(7)).
    private static func station(_ text: String) -> (SocketAddress, interface: String)? {
        let sides = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2, 1...15 ~= sides[1].utf8.count, let address = SocketAddress(host: String(sides[0]), port: 0),
            case .ipv4 = address
        else { return nil }
        return (address, String(sides[1]))
    }

    /// Whether only this machine can reach it.
    public var isLoopback: Bool { interface == nil && address.isLoopback }

    /// A transport that has a port of its own may do without one in the text.
    private static func address(_ text: String, _ kind: TransportKind) -> SocketAddress? {
        SocketAddress(parsing: text) ?? kind.traits.defaultPort.flatMap { SocketAddress(host: text, port: $0) }
    }

    public var description: String {
        "\(kind.rawValue)://" + (interface.map { "\(address.host)%\($0)" } ?? address.description)
    }
}

/// Why a text names no endpoint.
public enum EndpointError: Error, Equatable, CustomStringConvertible {
    case address(String)
    case scheme(String)
    /// To connect, where only a listener may have the system choose.
    case port(String)
    /// A host's name that cannot be looked up, and what the resolver says.
    case unknownHost(String, String)

    public var description: String {
        switch self {
        case .address(let text): "'\(text)' is no endpoint: write an address or a host name, and a port, like tcp://127.0.0.1:3389"
        case .scheme(let text):
            "unknown transport '\(text)': use \(TransportKind.allCases.map(\.rawValue).listed(or: "or"))"
        case .port(let text): "'\(text)' cannot be connected to: its port must be from 1 to 65535"
        case .unknownHost(let host, let reason): "cannot find the address of '\(host)': \(reason)"
        }
    }
}
