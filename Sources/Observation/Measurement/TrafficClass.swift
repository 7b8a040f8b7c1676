/// What a segment's payload is for, as far as the account must know. Whoever knows the protocol says it.
public enum PayloadClass: Sendable {
    /// What users and programs have to say to each other. A segment that carries any of it is this.
    case sessionData
    case heartbeatRequest
    case heartbeatAnswer
    /// The taskbar clock, redrawn.
    case clockUpdate
}

/// What a packet is for. Every packet is of exactly one class.
public enum TrafficClass: String, CaseIterable, Codable, Sendable {
    /// What tshark calls `tcp.analysis.keep_alive`. Linux probes a closed window with the very same segment, so that
    /// its zero-window probes are here.
    case keepAliveProbe
    /// `tcp.analysis.keep_alive_ack`.
    case keepAliveAck
    /// `tcp.analysis.zero_window_probe`: one byte beyond a closed window.
    case zeroWindowProbe
    /// `tcp.analysis.zero_window_probe_ack`.
    case zeroWindowProbeAck
    /// The question of a transport's own watchdog: SPX's system packet that asks for an acknowledgement, an LLC command with
    /// the poll bit, NetBIOS SESSION ALIVE.
    case watchdogProbe
    /// Its answer: SPX's system packet, the LLC response with the final bit.
    case watchdogAnswer
    case heartbeatRequest
    case heartbeatAnswer
    case heartbeatRetransmission
    case clockUpdate
    case clockUpdateRetransmission
    /// An ACK without data of liveness data only; also the answer, with a window of 0, to a probe of a closed window.
    case livenessAck
    /// Session data, repeated or not.
    case sessionData
    /// An ACK without data of anything else, or a window update.
    case sessionAck
    /// SYN, FIN and RST without data, and the ACKs of the first two. Over the datagram transports whatever begins or ends a
    /// connection, a link or a session, and finds names.
    case setupTeardown

    /// Whether it exists only to learn whether the peer is alive.
    public var isLiveness: Bool {
        switch self {
        case .sessionData, .sessionAck, .setupTeardown: false
        default: true
        }
    }

    /// The same, sent once more.
    var repeated: TrafficClass {
        switch self {
        case .heartbeatRequest, .heartbeatAnswer: .heartbeatRetransmission
        case .clockUpdate: .clockUpdateRetransmission
        default: self
        }
    }

    init(_ payload: PayloadClass, repeated: Bool) {
        let first: TrafficClass =
            switch payload {
            case .sessionData: .sessionData
            case .heartbeatRequest: .heartbeatRequest
            case .heartbeatAnswer: .heartbeatAnswer
            case .clockUpdate: .clockUpdate
            }
        self = repeated ? first.repeated : first
    }
}

/// A number of packets and their bytes.
public struct Tally: Equatable, Codable, Sendable {
    public var packets = 0
    /// Bytes at the IP layer: IP header, TCP header and payload.
    public var bytes = 0

    public init(packets: Int = 0, bytes: Int = 0) {
        self.packets = packets
        self.bytes = bytes
    }

    public static func + (a: Tally, b: Tally) -> Tally {
        Tally(packets: a.packets + b.packets, bytes: a.bytes + b.bytes)
    }
}

/// What went to and from one server address: one cell of the lab.
public struct CellTraffic: Equatable, Sendable {
    private var tallies = [Tally](repeating: Tally(), count: TrafficClass.allCases.count)
    /// TCP connections seen.
    public internal(set) var connections = 0

    public init() {}

    public internal(set) subscript(_ kind: TrafficClass) -> Tally {
        get { tallies[Self.index[kind]!] }
        set { tallies[Self.index[kind]!] = newValue }
    }

    /// All that exists only to learn whether the peer is alive.
    public var liveness: Tally { TrafficClass.allCases.filter(\.isLiveness).reduce(Tally()) { $0 + self[$1] } }
    public var total: Tally { tallies.reduce(Tally(), +) }

    private static let index = Dictionary(uniqueKeysWithValues: TrafficClass.allCases.enumerated().map { ($1, $0) })
}
