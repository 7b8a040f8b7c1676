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
