/// Packets that exist only to learn whether the peer is alive, counted from the wire, and bytes at the IP layer.
public struct LivenessCost: Codable, Equatable, Sendable {
    public var packets = 0
    public var bytes = 0
    /// Per hour of a session's being Active.
    public var packetsPerSessionHour = 0.0
    public var bytesPerSessionHour = 0.0

    public init() {}

    public init(packets: Int, bytes: Int, sessionHours: Double) {
        self.packets = packets
        self.bytes = bytes
        guard sessionHours > 0 else { return }
        packetsPerSessionHour = Double(packets) / sessionHours
        bytesPerSessionHour = Double(bytes) / sessionHours
    }
}
