import Time
import Wire

/// Frames kept as an analyser keeps them: a pcap file of link type Ethernet, with times in nanoseconds (libpcap,
/// pcap-savefile(5)).
public struct FrameCapture: Sendable {
    private var writer = ByteWriter()

    public init() {
        writer.u32le(0xA1B2_3C4D)
        writer.u16le(2)
        writer.u16le(4)
        writer.zeros(8)
        writer.u32le(65535)
        writer.u32le(1)
    }

    /// The file so far.
    public var bytes: [UInt8] { writer.bytes }

    public mutating func append(_ frame: RawSpan, at time: MonotonicTime) {
        let (seconds, nanoseconds) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        writer.u32le(UInt32(truncatingIfNeeded: seconds))
        writer.u32le(UInt32(truncatingIfNeeded: nanoseconds))
        writer.u32le(UInt32(frame.byteCount))
        writer.u32le(UInt32(frame.byteCount))
        writer.append(frame)
    }
}
