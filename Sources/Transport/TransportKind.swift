/// What carries a connection. The raw value is the scheme of an ``Endpoint`` and the name in every report.
public enum TransportKind: String, Codable, Sendable, CaseIterable {
    case tcp

    /// The listener's WinStation name; a session on it is called by it with `#` and a number.
    public var listenerName: String { "rdp-\(rawValue)" }
}
