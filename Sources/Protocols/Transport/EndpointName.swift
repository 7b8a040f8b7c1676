import EventLoop
import Glibc
import Wire

/// Where to listen or connect, by number or by name: `localhost:3389`, `spx://server.example:213`, or whatever ``Endpoint``
/// reads.
///
/// A name is looked up once, when ``resolve()`` is asked. To listen, it stands for all of its addresses; to connect, for
/// its first IPv4 address, since the lab and the datagram transports are IPv4, and for its first IPv6 address where it has no
/// other.
public struct EndpointName: Sendable {
    private enum Place: Sendable {
        case address(Endpoint)
        case name(String, port: UInt16, TransportKind)
    }

    private let place: Place

    public init(parsing text: String) throws(EndpointError) {
        do throws(EndpointError) {
            place = .address(try Endpoint(parsing: text))
        } catch {
            guard case .address = error, let (kind, host, port) = Self.name(text) else { throw error }
            place = .name(host, port: port, kind)
        }
    }

    /// Every address, in the order in which the system would have them tried (getaddrinfo(3)); at least one.
    public func resolve() throws(EndpointError) -> [Endpoint] {
        switch place {
        case .address(let endpoint): return [endpoint]
        case .name(let host, let port, let kind):
            return try SocketAddress.lookUp(host, port: port).map { Endpoint(kind: kind, address: $0) }
        }
    }

    /// The one address to connect to.
    public func target() throws(EndpointError) -> Endpoint {
        let all = try resolve()
        let target = all.first { if case .ipv4 = $0.address { true } else { false } } ?? all[0]
        guard target.address.port != 0 || target.interface != nil else { throw .port(target.description) }
        return target
    }

    private static func name(_ text: String) -> (TransportKind, host: String, port: UInt16)? {
        let parts = text.split(separator: "://", maxSplits: 1)
        guard let kind = parts.count == 2 ? TransportKind(rawValue: String(parts[0])) : .tcp, let last = parts.last,
            let colon = last.lastIndex(of: ":"), let port = UInt16(last[last.index(after: colon)...])
        else { return nil }
        let host = last[..<colon]
        return isHostName(host) ? (kind, String(host), port) : nil
    }

    /// Letters, digits, hyphens and underscores between points (RFC 1123, 2.1), the last part with a letter: `1.2.3` is an
    /// address that is written wrong.
    private static func isHostName(_ text: Substring) -> Bool {
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, let last = labels.last, last.contains(where: isLetter) else { return false }
        return labels.allSatisfy { label in
            1...63 ~= label.count && label.first != UInt8(ascii: "-")
                && label.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 }
    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}

extension SocketAddress {
    /// The addresses of a host, by the system's resolver.
    fileprivate static func lookUp(_ host: String, port: UInt16) throws(EndpointError) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else { throw .unknownHost(host, String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let entry = next {
            next = entry.pointee.ai_next
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            guard
                getnameinfo(
                    entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0,
                let address = SocketAddress(host: text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }, port: port),
                !addresses.contains(address)
            else { continue }
            addresses.append(address)
        }
        guard !addresses.isEmpty else { throw .unknownHost(host, "it has no IPv4 or IPv6 address") }
        return addresses
    }
}
