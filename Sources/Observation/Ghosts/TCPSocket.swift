import Addresses

/// One TCP socket as sock_diag tells it (linux/inet_diag.h).
public struct TCPSocket: Equatable, Sendable {
    public var id: DiagID
    /// By the numbers of the kernel's tcp_states.h: see ``established`` and others.
    public var state: UInt8
    public var timer: Timer
    /// Milliseconds until the timer fires.
    public var timerExpires: UInt32
    /// Bytes that the program has not read yet.
    public var receiveQueue: UInt32
    /// Bytes that the program wrote and the peer has not acknowledged.
    public var sendQueue: UInt32
    public var user: UInt32
    /// What `/proc/PID/fd` shows as `socket:[INODE]`; 0 where no program has accepted the connection.
    public var inode: UInt32
    public var info: TCPInfo?

    public static let established: UInt8 = 1
    public static let closed: UInt8 = 7
    public static let closeWait: UInt8 = 8
    public static let listening: UInt8 = 10

    /// Which of the socket's timers runs (`idiag_timer`).
    public enum Timer: UInt8, Sendable {
        case none = 0
        case retransmission = 1
        case keepalive = 2
        case timeWait = 3
        case windowProbe = 4
    }

    public init(
        id: DiagID, state: UInt8, timer: Timer = .none, timerExpires: UInt32 = 0, receiveQueue: UInt32 = 0, sendQueue: UInt32 = 0,
        user: UInt32 = 0, inode: UInt32 = 0, info: TCPInfo? = nil
    ) {
        self.id = id
        self.state = state
        self.timer = timer
        self.timerExpires = timerExpires
        self.receiveQueue = receiveQueue
        self.sendQueue = sendQueue
        self.user = user
        self.inode = inode
        self.info = info
    }

    public var local: SocketAddress { id.local }
    public var peer: SocketAddress { id.peer }
}

extension TCPSocket {
    /// Bytes of `struct inet_diag_msg`.
    public static let messageLength = 72
    /// The attribute that holds `struct tcp_info` (INET_DIAG_INFO).
    private static let infoAttribute: UInt16 = 2

    /// Reads the payload of one sock_diag message with its attributes; nil where it ends early.
    public init?(diag bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.messageLength else { return nil }
        func half(_ offset: Int) -> UInt64 { UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
        func word(_ offset: Int) -> UInt32 { bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self) }
        func port(_ offset: Int) -> UInt16 { UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)) }
        self.init(
            id: DiagID(
                family: bytes[0], localPort: port(4), peerPort: port(6), local: (half(8), half(16)), peer: (half(24), half(32)),
                interface: word(40), cookie: UInt64(word(48)) << 32 | UInt64(word(44))),
            state: bytes[1], timer: Timer(rawValue: bytes[2]) ?? .none, timerExpires: word(52), receiveQueue: word(56),
            sendQueue: word(60), user: word(64), inode: word(68))
        var offset = Self.messageLength
        while offset + 4 <= bytes.count {
            let length = Int(bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
            guard length >= 4, offset + length <= bytes.count else { return }
            if bytes.loadUnaligned(fromByteOffset: offset + 2, as: UInt16.self) == Self.infoAttribute {
                info = TCPInfo(UnsafeRawBufferPointer(rebasing: bytes[(offset + 4)..<(offset + length)]))
            }
            // Attributes begin at multiples of four bytes (NLA_ALIGN).
            offset += (length + 3) & ~3
        }
    }
}
