import Time

/// What a line is doing. The raw value is the name that the control socket, the log and the reports use.
public enum LineState: String, Codable, Sendable, CaseIterable {
    /// Hung up: the next packet places a call.
    case down
    /// A call is being placed.
    case dialling
    /// The last call found the line engaged, and the next waits for its time.
    case engaged
    /// Packets go over it.
    case up
    /// Dead both ways until it heals.
    case cut
}

/// Something the line did, to be written down.
public enum LineEvent: Equatable, Sendable {
    case state(LineState, at: MonotonicTime)
    /// A call is over, answered or not.
    case ended(LineCall)
}

/// Why a packet did not arrive.
public enum LineDrop: String, Codable, Sendable, CaseIterable {
    /// The queue at the near end was full.
    case queueFull = "queue-full"
    /// It was lost on the way.
    case loss
    /// The line was cut, or was cut while the packet was on its way.
    case cut
    /// It came while there was no call, and such packets are not held.
    case notUp = "not-up"
    /// It came while there was no call, and too many were held already.
    case holdFull = "hold-full"
    /// The call ended before its turn came to be sent.
    case hungUp = "hung-up"
    /// The firewall did not know its flow, or no more.
    case forgotten
}

/// One call of a line that is dialled on demand. Times are of CLOCK_MONOTONIC, in nanoseconds.
public struct LineCall: Codable, Equatable, Sendable {
    /// Counted from 1, the calls not answered included.
    public var number: Int
    public var cause: Cause
    public var placed: MonotonicTime
    /// When it was answered; nil for a call that was not.
    public var up: MonotonicTime?
    public var ended: MonotonicTime
    public var end: End
    /// Sent over it each way.
    public var sent = BothWays(Traffic())
    /// The same, both ways together, by what it was for.
    public var byKind = TrafficByKind()

    /// For how long it was up; nil for a call that was not answered.
    public var upTime: Duration? { up.map { ended - $0 } }

    public enum End: String, Codable, Sendable {
        /// Nothing was sent for the idle time.
        case idle
        /// It found the line engaged.
        case engaged
        case cut
        /// The line's program was stopped.
        case stopped
    }

    /// Packets and their bytes at the IP layer.
    public struct Traffic: Codable, Equatable, Sendable {
        public var packets = 0
        public var bytes = 0

        public init(packets: Int = 0, bytes: Int = 0) {
            self.packets = packets
            self.bytes = bytes
        }
    }

    /// The packet that caused a call.
    public struct Cause: Codable, Equatable, Sendable {
        public var direction: LineDirection
        /// `tcp`, `udp`, `icmp`, or a number; `?` for what is no IP packet.
        public var `protocol`: String
        public var source: String?
        public var destination: String?
        /// TCP's flags by their first letters, and its sequence number.
        public var flags: String?
        public var sequence: UInt32?
        public var length: Int

        init(_ packet: [UInt8], _ direction: LineDirection) {
            self.direction = direction
            length = packet.count
            guard let header = try? PacketHeader(packet.span.bytes) else {
                self.protocol = "?"
                return
            }
            self.protocol = header.protocolName
            source = header.sourceText
            destination = header.destinationText
            flags = header.flagsText
            sequence = header.tcpSequence
        }
    }
}
