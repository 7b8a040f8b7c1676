/// What carries a connection. The raw value is the scheme of an ``Endpoint`` and the name in every report.
public enum TransportKind: String, Codable, Sendable, CaseIterable {
    case tcp
    case spx
    case nbf

    /// The listener's WinStation name; a session on it is called by it with `#` and a number.
    public var listenerName: String { "rdp-\(rawValue)" }

    /// The port where none is given; nil where one must be.
    var defaultPort: UInt16? {
        switch self {
        case .tcp, .nbf: nil
        // RFC 1234.
        case .spx: 213
        }
    }
}
