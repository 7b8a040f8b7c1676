import EventLoop
import Liveness
import Time

/// What carries a connection. The raw value is the scheme of an ``Endpoint`` and the name in every report.
///
/// Each is described in its own folder, and registered in ``allCases``.
public struct TransportKind: Sendable {
    /// The one description that everything follows from.
    public let traits: TransportTraits

    public init(_ traits: TransportTraits) { self.traits = traits }

    /// The listener's WinStation name; a session on it is called by it with `#` and a number.
    public var listenerName: String { "rdp-\(rawValue)" }

    /// Whether the kernel carries it, and so knows when a connection ends; the drivers of the others are in this process, with
    /// a watchdog each.
    public var isKernels: Bool { traits.watchdog == nil }
}

extension TransportKind: RawRepresentable, Hashable, Codable {
    public init?(rawValue: String) {
        guard let kind = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = kind
    }

    public var rawValue: String { traits.name }
}
