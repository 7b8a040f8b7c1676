import EventLoop

/// Where to listen or connect: `tcp://127.0.0.1:3389`, `spx://127.0.0.1:213`, or without a scheme for TCP.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    public var kind: TransportKind
    public var address: SocketAddress

    public init(kind: TransportKind, address: SocketAddress) {
        self.kind = kind
        self.address = address
    }

    public init(parsing text: String) throws(EndpointError) {
        let parts = text.split(separator: "://", maxSplits: 1)
        guard let kind = parts.count == 2 ? TransportKind(rawValue: String(parts[0])) : .tcp else {
            throw .scheme(String(parts[0]))
        }
        guard let last = parts.last.map(String.init), let address = Self.address(last, kind), address.port != nil else {
            throw .address(text)
        }
        self.init(kind: kind, address: address)
    }

    /// A transport that has a port of its own may do without one in the text.
    private static func address(_ text: String, _ kind: TransportKind) -> SocketAddress? {
        SocketAddress(parsing: text) ?? kind.defaultPort.flatMap { SocketAddress(host: text, port: $0) }
    }

    public var description: String { "\(kind.rawValue)://\(address)" }
}

/// Why a text names no endpoint.
public enum EndpointError: Error, Equatable, CustomStringConvertible {
    case address(String)
    case scheme(String)

    public var description: String {
        switch self {
        case .address(let text): "'\(text)' is no endpoint: write a numeric address and a port, like tcp://127.0.0.1:3389"
        case .scheme(let text):
            "unknown transport '\(text)': use \(TransportKind.allCases.map(\.rawValue).joined(separator: ", "))"
        }
    }
}
