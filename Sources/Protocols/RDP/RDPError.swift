import Wire

/// What was wrong with something a peer sent.
public struct RDPError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The PDU being read, by the name its specification gives it.
    public let pdu: StaticText
    public let detail: WireError

    public var description: String { "\(pdu): \(detail)" }
}
