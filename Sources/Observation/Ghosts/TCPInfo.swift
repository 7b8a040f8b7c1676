/// What the kernel says of a connection, as far as it is used here: `struct tcp_info` (linux/tcp.h). Times in milliseconds
/// unless said otherwise; a kernel too old for a field leaves it 0.
public struct TCPInfo: Equatable, Sendable {
    /// The state by the numbers of the kernel's tcp_states.h.
    public var state: UInt8 = 0
    /// Retransmissions of the same data that have not been acknowledged.
    public var retransmits: UInt8 = 0
    /// Keepalive or window probes that have not been answered.
    public var probes: UInt8 = 0
    /// By how many powers of two the timer has been lengthened.
    public var backoff: UInt8 = 0
    /// Whether segments carry timestamps (TCPI_OPT_TIMESTAMPS).
    public var hasTimestamps = false
    /// The retransmission time-out, microseconds; lengthened already where data is retransmitted.
    public var rto: UInt32 = 0
    /// Segments in flight.
    public var unacknowledged: UInt32 = 0
    public var lastDataSent: UInt32 = 0
    public var lastDataReceived: UInt32 = 0
    public var lastAckReceived: UInt32 = 0
    /// Smoothed round-trip time and its variation, microseconds.
    public var roundTrip: UInt32 = 0
    public var roundTripVariation: UInt32 = 0
    public var segmentsOut: UInt32 = 0
    public var segmentsIn: UInt32 = 0
    /// Bytes written by the program that were never sent.
    public var unsentBytes: UInt32 = 0
    /// The window that the peer offers, bytes (Linux 5.4 and later).
    public var sendWindow: UInt32 = 0

    public init() {}

    /// Takes the kernel's bytes; any length is right.
    public init(_ bytes: UnsafeRawBufferPointer) {
        func byte(_ offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }
        func word(_ offset: Int) -> UInt32 {
            offset + 4 <= bytes.count ? bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self) : 0
        }
        state = byte(0)
        retransmits = byte(2)
        probes = byte(3)
        backoff = byte(4)
        hasTimestamps = byte(5) & 1 != 0
        rto = word(8)
        unacknowledged = word(24)
        lastDataSent = word(44)
        lastDataReceived = word(52)
        lastAckReceived = word(56)
        roundTrip = word(68)
        roundTripVariation = word(72)
        segmentsOut = word(136)
        segmentsIn = word(140)
        unsentBytes = word(144)
        sendWindow = word(228)
    }

    /// Since when nothing has come from the peer, neither data nor an acknowledgement: what Linux's keepalive counts from.
    public var silence: UInt32 { min(lastDataReceived, lastAckReceived) }
}
