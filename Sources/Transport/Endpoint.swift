import EventLoop

/// Where to listen or connect: `tcp://127.0.0.1:3389`, or without a scheme for TCP.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    public var kind: TransportKind
    public var address: SocketAddress

    public init(kind: TransportKind, address: SocketAddress) {
        self.kind = kind
        self.address = address
    }

    public init(parsing text: String) throws(EndpointError) {
        let parts = text.split(separator: "://", maxSplits: 1)
        guard let last = parts.last, let address = SocketAddress(parsing: String(last)), address.port != nil else {
            throw .address(text)
        }
        guard let kind = parts.count == 2 ? TransportKind(rawValue: String(parts[0])) : .tcp else {
            throw .scheme(String(parts[0]))
        }
        self.init(kind: kind, address: address)
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
