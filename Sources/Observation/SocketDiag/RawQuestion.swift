import Addresses
import CLinux
import Ghosts
import Glibc

/// Asks a peer past the socket's own kernel: an empty ACK from outside of the connection's window, to which a live peer's kernel
/// must answer with an ACK of its own (RFC 9293, 3.10.7.4), and one that knows no such connection with a reset (3.10.7.1).
///
/// The number acknowledged is random. A reset that has it as its own sequence number answers this question and no other; the
/// socket itself ignores that reset. It takes CAP_NET_RAW.
public final class RawQuestion {
    private let ipv4: Int32
    private let ipv6: Int32

    /// In the network namespace that the calling thread is in now.
    public init() throws(SocketDiagError) {
        ipv4 = linux_open_raw_tcp(AF_INET)
        guard ipv4 >= 0 else { throw .from(errno: errno, "send questions past the kernel's connections", capability: "CAP_NET_RAW") }
        // Where the kernel has no IPv6 there is nothing to ask over it.
        ipv6 = linux_open_raw_tcp(AF_INET6)
    }

    deinit {
        for descriptor in [ipv4, ipv6] where descriptor >= 0 { close(descriptor) }
    }

    /// - Parameters:
    ///   - sequence: anything; random, so that it lies outside of the window.
    ///   - nonce: what a reset will name.
    /// - Returns: 0, or errno.
    public func ask(_ id: DiagID, sequence: UInt32, nonce: UInt32) -> Int32 {
        let isIPv4 = id.isOverIPv4
        let segment = RawSegment.bytes(id, sequence: sequence, acknowledging: nonce)
        let packet = isIPv4 ? RawSegment.ipv4Header(id, payload: segment.count) + segment : segment
        // A raw IPv6 socket takes a port for its protocol (raw(7)).
        let peer: SocketAddress = isIPv4 ? id.peer : .ipv6(id.peerHigh, id.peerLow, port: 0)
        let sent = peer.withSystemAddress { address, length in
            sendto(isIPv4 ? ipv4 : ipv6, packet, packet.count, 0, address, length)
        }
        return sent < 0 ? errno : 0
    }

    /// Resets that came in: their ports, as this side has them, and their sequence numbers.
    public func readResets(_ each: (_ localPort: UInt16, _ peerPort: UInt16, _ sequence: UInt32) -> Void) {
        for (descriptor, isIPv4) in [(ipv4, true), (ipv6, false)] where descriptor >= 0 {
            var bytes = [UInt8](repeating: 0, count: 128)
            while true {
                let count = recv(descriptor, &bytes, bytes.count, 0)
                guard count > 0 else { break }
                // IPv4 comes with its header (raw(7)), IPv6 without (RFC 3542, 3).
                let start = isIPv4 ? Int(bytes[0] & 15) * 4 : 0
                guard count >= start + 20, bytes[start + 13] & RawSegment.reset != 0 else { continue }
                func half(_ at: Int) -> UInt16 { UInt16(bytes[start + at]) << 8 | UInt16(bytes[start + at + 1]) }
                each(half(2), half(0), UInt32(half(4)) << 16 | UInt32(half(6)))
            }
        }
    }
}
