import Ghosts
import Glibc

/// A conversation with the kernel on the TCP sockets of one network namespace (sock_diag(7)). Anybody may look; to end a socket
/// takes CAP_NET_ADMIN.
public final class DiagChannel {
    /// Requests sent together: their answers must fit the socket's receive buffer, 208 KiB as shipped.
    private static let batch = 64
    private static let looking = "look at the TCP sockets"

    /// For other questions on the same namespace, like how an interface is.
    public let descriptor: Int32
    private var sequence: UInt32 = 0
    private let answers = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
    private let requests = UnsafeMutableRawBufferPointer.allocate(byteCount: batch * DiagRequest.length, alignment: 16)

    /// Of the network namespace that the calling thread is in now; it may leave afterwards.
    public init() throws(SocketDiagError) {
        // NETLINK_SOCK_DIAG is 4 (linux/netlink.h).
        descriptor = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), 4)
        guard descriptor >= 0 else { throw .system(action: Self.looking, errno: errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        answers.deallocate()
        requests.deallocate()
    }

    /// Every TCP socket in one of the states, IPv4 and IPv6. One that is made or ends meanwhile may be left out or come twice.
    ///
    /// - Parameter states: by the kernel's numbers.
    public func dump(states: [UInt8], _ each: (TCPSocket) -> Void) throws(SocketDiagError) {
        let bits = states.reduce(0 as UInt32) { $0 | 1 << UInt32($1) }
        for family in [DiagID.ipv4, DiagID.ipv6] { try dump(family, bits, each) }
    }

    private func dump(_ family: UInt8, _ states: UInt32, _ each: (TCPSocket) -> Void) throws(SocketDiagError) {
        sequence &+= 1
        DiagRequest.write(
            DiagRequest.byFamily, flags: DiagRequest.dump, sequence: sequence, family: family, states: states, to: requests)
        try send(count: 1)
        while true {
            for message in try receive() where message.sequence == sequence {
                switch message.type {
                case DiagMessages.done: return
                case DiagMessages.error: throw .system(action: Self.looking, errno: Self.code(message))
                default: if let socket = TCPSocket(diag: message.payload) { each(socket) }
                }
            }
        }
    }

    /// The sockets of these cookies as they are now, in the same order; nil for those that have ended.
    public func look(at ids: [DiagID]) throws(SocketDiagError) -> [TCPSocket?] {
        var found = [TCPSocket?](repeating: nil, count: ids.count)
        var start = 0
        while start < ids.count {
            let count = min(Self.batch, ids.count - start)
            let first = sequence &+ 1
            for index in 0..<count {
                sequence &+= 1
                DiagRequest.write(
                    DiagRequest.byFamily, flags: 0, sequence: sequence, family: ids[start + index].family, states: 0xFFFF_FFFF,
                    id: ids[start + index], to: request(index))
            }
            try send(count: count)
            var left = count
            while left > 0 {
                for message in try receive() {
                    let index = Int(message.sequence &- first)
                    guard 0..<count ~= index else { continue }
                    left -= 1
                    guard message.type != DiagMessages.error else { continue }
                    let socket = TCPSocket(diag: message.payload)
                    if socket?.id.cookie == ids[start + index].cookie { found[start + index] = socket }
                }
            }
            start += count
        }
        return found
    }

    /// Ends one socket as `ss -K` does (SOCK_DESTROY): its program gets ECONNABORTED, its peer a reset.
    ///
    /// - Returns: false where it has ended already.
    public func destroy(_ id: DiagID) throws(SocketDiagError) -> Bool {
        sequence &+= 1
        DiagRequest.write(
            DiagRequest.destroy, flags: DiagRequest.acknowledge, sequence: sequence, family: id.family, states: 0xFFFF_FFFF, id: id,
            to: requests)
        try send(count: 1)
        while true {
            for message in try receive() where message.sequence == sequence && message.type == DiagMessages.error {
                let code = Self.code(message)
                if code == 0 { return true }
                // Another socket has its addresses by now, or none has.
                if code == ENOENT || code == ESTALE { return false }
                throw .from(errno: code, "end a connection", capability: "CAP_NET_ADMIN")
            }
        }
    }

    private func request(_ index: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: requests[(index * DiagRequest.length)...])
    }

    private func send(count: Int) throws(SocketDiagError) {
        guard Glibc.send(descriptor, requests.baseAddress, count * DiagRequest.length, 0) >= 0 else {
            throw .system(action: Self.looking, errno: errno)
        }
    }

    /// The messages are valid until the next call.
    private func receive() throws(SocketDiagError) -> DiagMessages {
        while true {
            let count = recv(descriptor, answers.baseAddress, answers.count, 0)
            if count >= 0 { return DiagMessages(UnsafeRawBufferPointer(rebasing: answers[..<count])) }
            guard errno == EINTR else { throw .system(action: Self.looking, errno: errno) }
        }
    }

    /// The `errno` of an NLMSG_ERROR, which has it negative.
    private static func code(_ message: DiagMessages.Message) -> Int32 {
        message.payload.count >= 4 ? -message.payload.loadUnaligned(as: Int32.self) : EPROTO
    }
}
