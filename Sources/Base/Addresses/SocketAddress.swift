import Glibc

/// Where a socket is bound or connected: an IPv4 or IPv6 address with its port, or a UNIX socket's path.
public enum SocketAddress: Hashable, Sendable {
    /// Address and port in host byte order.
    case ipv4(UInt32, port: UInt16)
    /// The two halves of the address in host byte order, most significant first, and the port.
    case ipv6(UInt64, UInt64, port: UInt16)
    case unix(path: String)

    /// Reads `127.0.0.1:3389`, `[::1]:3389`, or `unix:/path` and any text with a slash as a UNIX socket's path.
    public init?(parsing text: String) {
        // By bytes: a mark that combines with the colon would make another character of it.
        let prefix = "unix:".utf8
        if text.utf8.starts(with: prefix) {
            self = .unix(path: String(decoding: text.utf8.dropFirst(prefix.count), as: UTF8.self))
        } else if text.contains("/") {
            self = .unix(path: text)
        } else {
            guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
                return nil
            }
            self.init(host: String(text[..<colon]), port: port)
        }
        if case .unix(let path) = self, path.isEmpty || path.utf8.count > Self.longestPath || path.utf8.contains(0) { return nil }
    }

    /// A numeric IPv4 address, or an IPv6 one with or without brackets; names are not resolved.
    public init?(host: String, port: UInt16) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, host, &four) == 1 {
            self = .ipv4(UInt32(bigEndian: four.s_addr), port: port)
        } else if inet_pton(AF_INET6, host.trimmingBrackets, &six) == 1 {
            let (high, low) = withUnsafeBytes(of: &six) {
                (UInt64(bigEndian: $0.load(as: UInt64.self)), UInt64(bigEndian: $0.load(fromByteOffset: 8, as: UInt64.self)))
            }
            self = .ipv6(high, low, port: port)
        } else {
            return nil
        }
    }

    /// The longest path that fits `sun_path` with its terminating zero (unix(7)).
    private static let longestPath = 107

    public var port: UInt16? {
        switch self {
        case .ipv4(_, let port), .ipv6(_, _, let port): port
        case .unix: nil
        }
    }

    /// Whether only this machine can reach it.
    public var isLoopback: Bool {
        switch self {
        case .ipv4(let address, _): address >> 24 == 127
        case .ipv6(let high, let low, _): high == 0 && low == 1
        case .unix: true
        }
    }

    public var isIPv6: Bool { if case .ipv6 = self { true } else { false } }

    /// The address without its port, as text.
    public var host: String {
        switch self {
        case .ipv4(let address, _):
            "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
        case .ipv6:
            withSystemAddress { address, _ in
                var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
                return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    var raw = $0.pointee.sin6_addr
                    return inet_ntop(AF_INET6, &raw, &text, socklen_t(INET6_ADDRSTRLEN)).map { String(cString: $0) } ?? "?"
                }
            }
        case .unix(let path): path
        }
    }
}

extension SocketAddress: CustomStringConvertible {
    public var description: String {
        switch self {
        case .ipv4(_, let port): "\(host):\(port)"
        case .ipv6(_, _, let port): "[\(host)]:\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}

extension SocketAddress {
    package var family: Int32 {
        switch self {
        case .ipv4: AF_INET
        case .ipv6: AF_INET6
        case .unix: AF_UNIX
        }
    }

    /// Lends the address in the form that system calls take.
    package func withSystemAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        switch self {
        case .ipv4(let address, let port):
            var four = sockaddr_in()
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            four.sin_addr.s_addr = address.bigEndian
            return Self.lend(&four, body)
        case .ipv6(let high, let low, let port):
            var six = sockaddr_in6()
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port.bigEndian
            withUnsafeMutableBytes(of: &six.sin6_addr) {
                $0.storeBytes(of: high.bigEndian, as: UInt64.self)
                $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            return Self.lend(&six, body)
        case .unix(let path):
            var local = sockaddr_un()
            local.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &local.sun_path) { $0.copyBytes(from: path.utf8.prefix(Self.longestPath)) }
            return Self.lend(&local, body)
        }
    }

    private static func lend<Storage, Result>(
        _ storage: inout Storage, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<Storage>.size)) }
        }
    }

    /// Reads what a system call wrote; nil for a family this package does not use.
    package init?(filling body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &length) }
        }
        guard result >= 0 else { return nil }
        self.init(storage)
    }

    package init?(_ storage: sockaddr_storage) {
        let address: SocketAddress? = withUnsafeBytes(of: storage) { bytes in
            switch Int32(storage.ss_family) {
            case AF_INET:
                let four = bytes.load(as: sockaddr_in.self)
                return .ipv4(UInt32(bigEndian: four.sin_addr.s_addr), port: UInt16(bigEndian: four.sin_port))
            case AF_INET6:
                let high = UInt64(bigEndian: bytes.load(fromByteOffset: 8, as: UInt64.self))
                let low = UInt64(bigEndian: bytes.load(fromByteOffset: 16, as: UInt64.self))
                let port = UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self))
                // An IPv4 peer of a socket for both is known to itself by its IPv4 address (RFC 4291, 2.5.5.2).
                if high == 0, low >> 32 == 0xFFFF { return .ipv4(UInt32(truncatingIfNeeded: low), port: port) }
                return .ipv6(high, low, port: port)
            case AF_UNIX:
                return .unix(path: String(decoding: bytes.dropFirst(2).prefix { $0 != 0 }, as: UTF8.self))
            default:
                return nil
            }
        }
        guard let address else { return nil }
        self = address
    }
}

extension String {
    fileprivate var trimmingBrackets: String {
        hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : self
    }
}
