/// What somebody else than the server says of detections: over TCP the kernel, which lets go of the connection's socket; over
/// SPX and NetBEUI the wire.
public struct Witness: Codable, Equatable, Sendable {
    /// Detections that the witness confirms.
    public var matched = 0
    /// The largest time between the two, in seconds.
    public var largestDifference = 0.0

    public init() {}
}
