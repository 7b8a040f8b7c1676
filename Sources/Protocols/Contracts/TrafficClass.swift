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
        case .keepAliveProbe, .keepAliveAck, .zeroWindowProbe, .zeroWindowProbeAck, .watchdogProbe, .watchdogAnswer,
            .heartbeatRequest, .heartbeatAnswer, .heartbeatRetransmission, .clockUpdate, .clockUpdateRetransmission, .livenessAck:
            true
        }
    }
}
