import Addresses

/// A network as `192.0.2.0/24` or `2001:db8::/32`, or one address.
public struct AddressRange: Equatable, Sendable {
    private let high: UInt64
    private let low: UInt64
    private let length: Int
    private let isIPv4: Bool

    public init?(parsing text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = SocketAddress(host: String(parts[0]), port: 0) else { return nil }
        (isIPv4, high, low) = Self.bits(address)
        let most = isIPv4 ? 32 : 128
        if parts.count == 2 {
            guard let length = Int(parts[1]), 0...most ~= length else { return nil }
            self.length = length
        } else {
            length = most
        }
    }

    public func contains(_ address: SocketAddress) -> Bool {
        let (four, high, low) = Self.bits(address)
        guard four == isIPv4 else { return false }
        return Self.same(high, self.high, min(64, length)) && Self.same(low, self.low, max(0, length - 64))
    }

    private static func same(_ one: UInt64, _ other: UInt64, _ bits: Int) -> Bool { bits == 0 || (one ^ other) >> (64 - bits) == 0 }

    private static func bits(_ address: SocketAddress) -> (isIPv4: Bool, UInt64, UInt64) {
        switch address {
        case .ipv4(let address, _): (true, UInt64(address) << 32, 0)
        case .ipv6(let high, let low, _): (false, high, low)
        case .unix: (false, 0, 0)
        }
    }
}
